#include "models/control/prober.hpp"

#include "models/purpose.hpp"
#include "models/ranks.hpp"
#include "sim/stage.hpp"

namespace control {

namespace {

// What a hub's front end answers to a probe: nothing reaches a silent hub; a refusing one resets the
// connection.
std::optional<std::string> front_end(const hub::Hub& hub) {
  if (hub.mode() == hub::Mode::silent) return std::nullopt;
  if (hub.mode() == hub::Mode::refuse) return "reset";
  return hub.serves() ? "ok" : "503";
}

// Waits a period between the starts of two probes; a probe takes its whole time-out, answered or not.
void probe_for_ever(sim::Member& me, const hub::Hub& hub, provisioning::Service& dps,
                    const provisioning::Probe& probe, sim::Time first) {
  std::uint32_t failures = 0;
  for (sim::Time next = first;; next += probe.every) {
    me.wait_until(next);
    const auto answer = me.exchange(hub.settings().name, "probe", next + probe.timeout);
    const bool healthy = answer == "ok";
    failures = healthy ? 0 : failures + 1;
    if (healthy) dps.set_allocatable(me.now(), hub.index(), true);
    if (failures >= probe.failures) dps.set_allocatable(me.now(), hub.index(), false);
  }
}

}  // namespace

void spawn_probers(sim::Stage& stage, const std::string& here, const std::vector<hub::Hub*>& hubs,
                   provisioning::Service& dps, const provisioning::Probe& probe,
                   const sim::Streams& streams) {
  for (const hub::Hub* hub : hubs) {
    const std::string& name = hub->settings().name;
    stage.respond(name, name, [hub](const std::string&) { return front_end(*hub); });
    const double u =
        streams.draw(sim::hash_text(name.data(), name.size()), purpose::probe_phase, 0).uniform(0);
    const sim::Time first{sim::uniform_between(sim::Duration{0}, probe.every, u)};
    stage.spawn("prober of " + name, here, ranks::prober,
                [hub, &dps, probe, first](sim::Member& me) { probe_for_ever(me, *hub, dps, probe, first); });
  }
}

}  // namespace control
