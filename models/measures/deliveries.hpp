// How exports stand with their destinations over time: when one was given up, for how long, when it had
// caught up. Listens only.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "models/measures/measure.hpp"
#include "models/signals.hpp"

namespace measures {

using sim::Duration;

class Deliveries final : public signals::Listener, public Measure {
 public:
  struct Setup {
    std::vector<std::string> names;            // of each delivery, "<export>.<destination>"
    std::vector<std::vector<CauseId>> faults;  // those that are about its destination
    Time warmup{};
  };
  explicit Deliveries(Setup setup);

  void delivering(Time at, std::size_t delivery, signals::Delivering state) override;
  void fault_began(Time at, CauseId fault) override;
  void fault_ended(Time at, CauseId fault) override;

  void finish(Time end) override;
  void report(Report& report) const override;

 private:
  struct State {
    signals::Delivering is = signals::Delivering::off;
    Time since{};
    bool has_been_on = false;
    Duration failed{0}, behind{0};
    std::uint32_t failures = 0;
    // Faults of the destination that overlap count as one.
    int faults = 0;
    Time began = sim::never, ended = sim::never;  // never: none, or caught up since
    std::optional<Duration> failed_after, caught_up_after;
  };
  void pass(State& state, Time at) const;
  void catch_up(State& state, Time at);
  template <class Do>
  void each_concerned(CauseId fault, const Do& act);
  Setup setup_;
  std::vector<State> states_;
  std::map<CauseId, std::vector<std::size_t>>
      concerned_;  // by fault: deliveries to the destinations it is about
  Time end_{};
};

}  // namespace measures
