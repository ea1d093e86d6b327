// The scaling controller: looks at the metrics once a period, asks its policy, and does what holds and limits
// allow: units and editions of hubs, hubs more and fewer, a new hub for one that stays failed. An actor.
#pragma once
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "models/control/lifecycle.hpp"
#include "models/control/mover.hpp"
#include "models/control/policies.hpp"

namespace control {

class Scaler {
 public:
  struct Dependencies {
    sim::Stage* stage = nullptr;
    Inventory* inventory = nullptr;
    Sensor* sensor = nullptr;
    Lifecycle* lifecycle = nullptr;
    Mover* mover = nullptr;
    const provisioning::Service* dps = nullptr;
    const sim::Streams* streams = nullptr;
    const signals::Board* board = nullptr;
    std::int64_t start_utc_s = 0;
  };
  // Spawned on host `here`.
  Scaler(const Dependencies& needs, const std::string& here, const Settings& settings, Limits limits);

 private:
  struct Plan {         // of a hub
    bool busy = false;  // something is under way
    Time grown = Time::min();
    Time too_large_since = sim::never;
    std::uint32_t changes = 0;  // numbers the draws
    std::uint32_t life = 0;     // so many hubs of this name have gone
  };
  struct Command {
    HubId hub;
    signals::Size size;
    signals::Decision::Kind kind = signals::Decision::Kind::up;
    std::string reason;
  };
  void run(sim::Member& me);
  Observation look(sim::Member& me);
  std::vector<Command> consider(const Observation& view);
  std::optional<Command> command_for(const Observation& view, const HubView& hub, const Wish& wish);
  signals::Size size_for(const HubView& hub, const Wish& wish) const;
  void carry_out(sim::Member& me, const std::vector<Command>& commands);
  void count_hubs(sim::Member& me, const Observation& view);
  void replace_failed(Time now);
  void scale_out(Time now, const std::string& reason, HubId instead_of = HubId::none);
  void finish_scale_out(Time now, HubId place, const signals::Size& size, const std::string& reason,
                        HubId instead_of);
  void scale_in(Time now, const std::string& reason);
  bool dispensable(HubId hub) const;
  void drain(Time now, HubId hub);
  void close(Time now, HubId hub);
  Duration drawn(const Triangular& delay, HubId hub);
  void tell(Time now, signals::Decision::Kind kind, signals::Decision::Outcome outcome, HubId hub,
            const std::string& from, const std::string& to, const std::string& reason) const;
  void refuse(Time now, signals::Decision::Kind kind, HubId hub, const std::string& from,
              const std::string& to, const std::string& reason);
  std::string text(signals::Size size) const;
  Plan& plan(HubId hub) { return plans_[hub]; }
  Dependencies needs_;
  Settings settings_;
  Limits limits_;
  std::unique_ptr<Policy> policy_;
  ids::PerId<HubId, Plan> plans_;
  std::set<HubId> coming_, leaving_;  // hubs
  std::set<HubId> replaced_;          // failed hubs for which one was made
  Time too_many_since_ = sim::never;
  std::set<std::pair<HubId, std::string>> refused_;  // told already: hub, reason
};

}  // namespace control
