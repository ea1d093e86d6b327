#include "models/checks/checks.hpp"

#include "sim/invariant.hpp"

namespace checks {

using ids::HubId;

namespace {

void one_hub_a_device(const Judged& world) {
  ids::PerId<HubId, std::uint64_t> connected(world.hubs.size()), recorded(world.hubs.size());
  const auto& clients = world.devices.clients();
  for (signals::Device d = 0; d < clients.size(); ++d) {
    const HubId record = world.dps.record(d);
    if (record != HubId::none) ++recorded[record];
    if (clients[d].state != device::State::connected) continue;
    const HubId hub = clients[d].hub;
    ++connected[hub];
    // A hub that does not serve deletes the identities of those who have moved when it is back.
    sim::require(record == hub || !world.hubs[hub]->serves(),
                 "device {} is connected to {}, which does not know it", d, world.hubs[hub]->settings().name);
  }
  for (const HubId h : world.hubs.ids()) {
    const std::string& name = world.hubs[h]->settings().name;
    sim::require(connected[h] == world.balance.connected(h),
                 "{} devices are connected to {}, {} were announced", connected[h], name,
                 world.balance.connected(h));
    sim::require(recorded[h] == world.balance.provisioned(h),
                 "{} devices are provisioned on {}, {} were announced", recorded[h], name,
                 world.balance.provisioned(h));
  }
}

// received = filtered + exported + dropped + backlog; each message that a destination accepted was exported,
// once more, or once more without anybody knowing.
void exports_balance(const exports::Exports& exports) {
  for (const exports::Exports::Route& route : exports.routes()) {
    const exports::Delivery::Account& a = route.delivery->account();
    sim::require(a.received == a.filtered + a.exported + a.dropped + route.delivery->backlog(),
                 "an export to {}: {} messages received; {} filtered, {} exported, {} dropped and {} waiting",
                 exports.sink(route.destination).settings().name, a.received, a.filtered, a.exported,
                 a.dropped, route.delivery->backlog());
  }
  for (std::size_t d = 0; d < exports.destinations(); ++d) {
    std::uint64_t sent = 0;
    for (const exports::Exports::Route& route : exports.routes())
      if (route.destination == d) sent += route.delivery->sent();
    sim::require(sent == exports.sink(d).counters().accepted, "destination {} accepted {} messages of {}",
                 exports.sink(d).settings().name, exports.sink(d).counters().accepted, sent);
  }
}

}  // namespace

void judge(const Judged& world, sim::Time end) {
  for (const hub::Hub* hub : world.hubs)
    sim::require(hub->balanced(end), "the queues of {} do not balance", hub->settings().name);
  sim::require(world.dps.balanced(), "the records and reservations of DPS do not balance");
  sim::require(world.messages.balanced(), "the message accounts do not balance");
  one_hub_a_device(world);
  if (world.exports) exports_balance(*world.exports);
}

}  // namespace checks
