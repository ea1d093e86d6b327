#include "models/checks/checks.hpp"

#include <cmath>

#include "sim/invariant.hpp"

namespace checks {

using ids::HubId;

namespace {

void one_hub_a_device(const Judged& judged) {
  ids::PerId<HubId, std::uint64_t> connected(judged.hubs.size()), recorded(judged.hubs.size());
  const auto& clients = judged.devices.roster().clients();
  for (signals::Device d = 0; d < clients.size(); ++d) {
    const HubId record = judged.dps.record(d);
    if (record != HubId::none) ++recorded[record];
    if (clients[d].state != device::State::connected) continue;
    const HubId hub = clients[d].hub;
    ++connected[hub];
    // A hub that does not serve deletes the identities of those who have moved when it is back.
    sim::require(record == hub || !judged.hubs[hub]->serves(),
                 "device {} is connected to {}, which does not know it", d,
                 judged.hubs[hub]->settings().name);
  }
  for (const HubId h : judged.hubs.ids()) {
    const std::string& name = judged.hubs[h]->settings().name;
    sim::require(connected[h] == judged.balance.connected(h),
                 "{} devices are connected to {}, {} were announced", connected[h], name,
                 judged.balance.connected(h));
    sim::require(recorded[h] == judged.balance.provisioned(h),
                 "{} devices are provisioned on {}, {} were announced", recorded[h], name,
                 judged.balance.provisioned(h));
  }
}

// received = filtered + exported + dropped + backlog; each message that a destination accepted was exported,
// once more, or once more without anybody knowing.
void exports_balance(const exports::Exports& exports) {
  for (const exports::Exports::Channel& channel : exports.channels()) {
    const exports::DeliveryCounters& a = channel.delivery->counters();
    sim::require(a.received == a.filtered + a.exported + a.dropped + channel.delivery->backlog(),
                 "an export to {}: {} messages received; {} filtered, {} exported, {} dropped and {} waiting",
                 exports.sink(channel.destination).settings().name, a.received, a.filtered, a.exported,
                 a.dropped, channel.delivery->backlog());
  }
  for (std::size_t d = 0; d < exports.destinations(); ++d) {
    std::uint64_t sent = 0;
    for (const exports::Exports::Channel& channel : exports.channels())
      if (channel.destination == d) sent += channel.delivery->sent();
    sim::require(sent == exports.sink(d).counters().accepted, "destination {} accepted {} messages of {}",
                 exports.sink(d).settings().name, exports.sink(d).counters().accepted, sent);
  }
}

// What devices count as sent and have not back is what the flows of the hubs have: the two are kept apart, in
// whole messages and in parts of them.
void deliveries_agree(const measures::Messages& messages) {
  constexpr double share = 0.005, rounding = 1;
  const measures::Messages::Deliveries& d = messages.deliveries();
  sim::require(std::abs(d.by_devices - d.by_flows) <= share * d.by_flows + rounding,
               "devices count {:.1f} messages as taken by hubs, the flows of the hubs {:.1f}", d.by_devices,
               d.by_flows);
}

}  // namespace

void judge(const Judged& judged, sim::Time end) {
  for (const hub::Hub* hub : judged.hubs)
    sim::require(hub->balanced(end), "the queues of {} do not balance", hub->settings().name);
  sim::require(judged.dps.balanced(), "the records and reservations of DPS do not balance");
  sim::require(judged.messages.balanced(), "the message accounts do not balance");
  deliveries_agree(judged.messages);
  one_hub_a_device(judged);
  if (judged.exports) exports_balance(*judged.exports);
}

}  // namespace checks
