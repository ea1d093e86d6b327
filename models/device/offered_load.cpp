#include "models/device/offered_load.hpp"

namespace device {
namespace {

double blocks(std::uint64_t bytes, std::uint64_t meter) {
  return static_cast<double>((bytes + meter - 1) / meter);
}

}  // namespace

hub::OfferedLoad offered_load_of(const Group& group, std::uint64_t meter) {
  const Telemetry& load = group.telemetry;
  const sim::Duration spread = load.synchronised ? load.jitter : load.every;
  hub::OfferedLoad offered;
  offered.per_second = spread.count() > 0 ? 1 / sim::seconds(spread) : 0;
  offered.blocks = blocks(load.bytes, meter);
  offered.flush = load.flush;
  offered.bytes = static_cast<double>(load.bytes);
  if (const auto& updates = group.properties)
    offered.properties = {1 / sim::seconds(updates->every), 1, blocks(updates->bytes, meter),
                          static_cast<double>(updates->bytes)};
  const OnConnect& after = group.client.on_connect;
  const double each = blocks(after.bytes, meter), renewal = sim::seconds(group.client.renewal);
  offered.on_connect = {static_cast<double>(after.twin_writes), each, static_cast<double>(after.bytes),
                        renewal > 0 ? (after.twin_reads + after.twin_writes) * each / renewal : 0};
  // The throttle takes a call as a whole; the quota takes command and answer each for itself.
  if (const auto& calls = group.commands)
    offered.commands = {1 / sim::seconds(calls->every),
                        blocks(calls->bytes + calls->response, meter) * static_cast<double>(meter),
                        blocks(calls->bytes, meter) + blocks(calls->response, meter)};
  return offered;
}

}  // namespace device
