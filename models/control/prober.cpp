#include "models/control/prober.hpp"

#include "models/purpose.hpp"
#include "models/ranks.hpp"

namespace control {

namespace {

// A silent or frozen hub gives no answer; a refusing one resets the connection.
std::optional<std::string> front_end(const hub::Hub& hub) {
  if (!hub.exists() || !hub::answers(hub.mode())) return std::nullopt;
  if (hub.mode() == hub::Mode::refuse) return "reset";
  return hub.serves() ? "ok" : "503";
}

}  // namespace

void spawn_front_ends(sim::Stage& stage, const Inventory& inventory) {
  for (const HubId h : inventory.places()) {
    const hub::Hub& hub = inventory[h];
    const auto answer = [&hub](const std::string&) { return front_end(hub); };
    stage.respond(inventory.name(h), inventory.name(h), answer);
    for (const std::string& address : inventory.addresses(h)) stage.respond(address, address, answer);
  }
}

Prober::Prober(sim::Stage& stage, const std::string& here, Inventory& inventory,
               const provisioning::Probe& probe, const sim::Streams& streams)
    : stage_(stage), inventory_(inventory), settings_(probe), members_(inventory.size()) {
  for (const HubId h : inventory.places()) {
    const std::string& name = inventory.name(h);
    const double u =
        streams.draw(sim::hash_text(name.data(), name.size()), purpose::probe_phase, 0).uniform(0);
    phase_.push_back(sim::uniform_between(sim::Duration{0}, probe.every, u));
    stage.spawn("prober of " + name, here, ranks::prober, [this, h](sim::Member& me) { this->probe(me, h); });
  }
}

void Prober::start(sim::Time now, HubId hub) {
  if (members_[hub]) stage_.move(*members_[hub], now + phase_[hub] + sim::Duration{1}, 0);
}

// Waits a period between the starts of two probes; a probe takes its whole time-out, answered or not.
void Prober::probe(sim::Member& me, HubId hub) {
  members_[hub] = &me;
  sim::Time next = sim::Time{phase_[hub]};
  for (std::uint32_t failures = 0;; next += settings_.every) {
    if (inventory_.exists(hub)) {
      me.wait_until(next);
    } else {
      me.wait_until(sim::never);
      next = me.now();
      failures = 0;
    }
    if (!inventory_.exists(hub) || !inventory_.managed()) continue;
    const auto answer = me.exchange(inventory_.address(hub), "probe", next + settings_.timeout);
    const bool healthy = answer == "ok";
    failures = healthy ? 0 : failures + 1;
    if (healthy) inventory_.set_healthy(me.now(), hub, true);
    if (failures >= settings_.failures) inventory_.set_healthy(me.now(), hub, false);
  }
}

}  // namespace control
