#include "models/device/offered_load.hpp"

namespace device {

hub::OfferedLoad offered_load_of(const Group& group, const hub::Meter& meter, const hub::Meter& paid) {
  const Telemetry& load = group.telemetry;
  const sim::Duration spread = load.synchronised ? load.jitter : load.every;
  hub::OfferedLoad offered;
  offered.per_second = spread.count() > 0 ? 1 / sim::seconds(spread) : 0;
  offered.blocks = meter.blocks(load.bytes);
  offered.plan = paid.blocks(load.bytes);
  offered.flush = load.flush;
  offered.bytes = static_cast<double>(load.bytes);
  if (const auto& updates = group.properties)
    offered.properties = {1 / sim::seconds(updates->every), 1, meter.blocks(updates->bytes),
                          static_cast<double>(updates->bytes), paid.blocks(updates->bytes)};
  const OnConnect& after = group.client.on_connect;
  const double each = meter.blocks(after.bytes), renewal = sim::seconds(group.client.renewal);
  offered.on_connect = {static_cast<double>(after.twin_writes), each, static_cast<double>(after.bytes),
                        paid.blocks(after.bytes),
                        renewal > 0 ? (after.twin_reads + after.twin_writes) * each / renewal : 0};
  // The throttle takes a call as a whole, in blocks of the paid editions; the quota takes command and answer
  // each for itself.
  if (const auto& calls = group.commands)
    offered.commands = {1 / sim::seconds(calls->every),
                        paid.blocks(calls->bytes + calls->response) * static_cast<double>(paid.block),
                        meter.blocks(calls->bytes) + meter.blocks(calls->response), 0,
                        paid.blocks(calls->bytes) + paid.blocks(calls->response)};
  return offered;
}

}  // namespace device
