#include "models/measures/deliveries.hpp"

#include <algorithm>

#include "models/measures/list.hpp"

namespace measures {

using signals::Delivering;

Deliveries::Deliveries(Setup setup) : setup_(std::move(setup)), states_(setup_.names.size()) {
  for (std::size_t d = 0; d < states_.size(); ++d)
    for (const CauseId fault : setup_.faults[d]) concerned_[fault].push_back(d);
}

template <class Do>
void Deliveries::each_concerned(CauseId fault, const Do& act) {
  if (const auto found = concerned_.find(fault); found != concerned_.end())
    for (const std::size_t d : found->second) act(states_[d]);
}

void Deliveries::pass(State& state, Time at) const {
  const Time from = std::max(state.since, setup_.warmup);
  if (at > from && state.is == Delivering::failed) state.failed += at - from;
  if (at > from && state.is == Delivering::behind) state.behind += at - from;
  state.since = std::max(state.since, at);
}

// Of several faults the one that took the longest to make up for.
void Deliveries::catch_up(State& state, Time at) {
  if (state.faults > 0 || state.ended == sim::never) return;
  state.caught_up_after = std::max(state.caught_up_after.value_or(Duration{0}), at - state.ended);
  state.began = state.ended = sim::never;
}

void Deliveries::delivering(Time at, std::size_t delivery, Delivering is) {
  State& state = states_[delivery];
  pass(state, at);
  state.is = is;
  state.has_been_on = state.has_been_on || is != Delivering::off;
  if (is == Delivering::current) catch_up(state, at);
  if (is != Delivering::failed) return;
  if (at >= setup_.warmup) ++state.failures;
  if (state.began == sim::never) return;  // no fault of its destination
  const Duration after = at - state.began;
  state.failed_after = std::min(state.failed_after.value_or(after), after);
}

void Deliveries::fault_began(Time at, CauseId fault) {
  each_concerned(fault, [&](State& state) {
    if (state.faults++ == 0 && state.has_been_on) state.began = at;
    state.ended = sim::never;
  });
}

void Deliveries::fault_ended(Time at, CauseId fault) {
  each_concerned(fault, [&](State& state) {
    if (--state.faults > 0 || state.began == sim::never) return;
    state.ended = at;
    if (state.is == Delivering::current) catch_up(state, at);
  });
}

void Deliveries::finish(Time end) {
  end_ = end;
  for (State& state : states_) pass(state, end);
}

void Deliveries::report(Report& report) const {
  for (std::size_t d = 0; d < states_.size(); ++d) {
    const State& state = states_[d];
    const std::string prefix = "export." + setup_.names[d] + ".";
    const auto put = [&](const char* name, const char* unit, std::optional<double> value,
                         std::optional<double> at_least = std::nullopt) {
      report.values[prefix + name] = {unit, value, at_least, std::nullopt};
    };
    const auto seconds = [](const std::optional<Duration>& time) {
      return time ? std::optional(sim::seconds(*time)) : std::nullopt;
    };
    put("failures", "operations", state.failures);
    put("failed_for", "s", sim::seconds(state.failed));
    put("behind_for", "s", sim::seconds(state.behind));
    put("failed_after", "s", seconds(state.failed_after));
    const bool open = state.began != sim::never;  // not caught up with yet
    if (open)
      put("caught_up_after", "s", std::nullopt,
          state.ended == sim::never ? 0 : sim::seconds(end_ - state.ended));
    else
      put("caught_up_after", "s", seconds(state.caught_up_after));
  }
}

std::unique_ptr<Measure> make_deliveries(const Subject& subject) {
  if (subject.exports == nullptr) return nullptr;
  Deliveries::Setup setup;
  setup.warmup = subject.warmup;
  for (const Subject::Delivery& delivery : subject.deliveries) {
    setup.names.push_back(delivery.name);
    setup.faults.push_back(delivery.faults);
  }
  return listening(subject, std::make_unique<Deliveries>(std::move(setup)));
}

}  // namespace measures
