#include "models/device/waits.hpp"

#include <algorithm>

#include "models/device/retry.hpp"
#include "models/purpose.hpp"

namespace device {

Sequences* Waits::fresh_sequences(Device d, const Client& c) {
  if (!roster_.behaviour(c).retry.by_sends()) return nullptr;
  return &sequences_.get(d);
}

// The start of the whole second of its tick counter that t is in. The counter began with the process.
Time Waits::tick(Device d, Time t) const {
  const Duration since = t - programs_.created(d);
  return t - since % std::chrono::seconds{1};
}

// The jitter is the next number of rand(), which was seeded with the second in which the process started: all
// that started in that second draw the same numbers (facts, clients-measured 2).
Duration Waits::tick_wait(Device d, const Client& c) {
  if (jitters_.empty()) jitters_.resize(roster_.size());
  const auto second =
      std::chrono::floor<std::chrono::seconds>(programs_.created(d).time_since_epoch()).count();
  const sim::Draw u = roster_.streams().draw(sim::mix(static_cast<std::uint64_t>(second)),
                                             purpose::tick_jitter, jitters_[d]++);
  return retry_delay(roster_.behaviour(c).retry, c.failures, c.previous_wait, u);
}

Duration Waits::next(Device d, const Client& c, const sim::Draw& drawn) {
  const Retry& policy = roster_.behaviour(c).retry;
  return policy.kind == RetryKind::sdk_c ? tick_wait(d, c)
                                         : retry_delay(policy, c.failures, c.previous_wait, drawn);
}

Time Waits::from_attempt(Device d, const Client& c) const {
  return roster_.behaviour(c).retry.kind == RetryKind::sdk_c ? tick(d, c.since) : c.since;
}

Time Waits::return_time(Device d, const Client& c) const {
  const ReturnRule& rule = roster_.behaviour(c).return_to_dps;
  const Time from = trying_since(c);
  if (rule.from == rule.to) return from + rule.from;
  const auto index =
      static_cast<std::uint32_t>(sim::mix(static_cast<std::uint64_t>(from.time_since_epoch().count())));
  return from +
         sim::uniform_between(rule.from, rule.to,
                              roster_.streams().draw(roster_.key(d), purpose::return_rule, index).uniform(0));
}

bool Waits::returns_by(Device d, const Client& c, Time t) const {
  const ReturnRule& rule = roster_.behaviour(c).return_to_dps;
  if (rule.kind != ReturnRule::Kind::after_time || t < trying_since(c) + rule.from) return false;
  return t >= trying_since(c) + rule.to || t >= return_time(d, c);
}

bool Waits::rule_says_dps(Device d, const Client& c, Time at) const {
  const ReturnRule& rule = roster_.behaviour(c).return_to_dps;
  switch (rule.kind) {
    case ReturnRule::Kind::at_once:
      return true;
    case ReturnRule::Kind::after_failures:
      return c.failures >= rule.failures;
    case ReturnRule::Kind::after_time:
      return returns_by(d, c, at);
    case ReturnRule::Kind::never:
      return false;
  }
  return false;
}

Time Waits::next_phase(Device d, const Client& c, Time at, const sim::Draw& drawn) {
  const Retry& policy = *roster_.behaviour(c).dps.retry;
  Cycle& cycle = cycles_[d];
  cycle.wait = retry_delay(policy, std::max<std::uint32_t>(cycle.failed, 1), cycle.wait, drawn);
  return std::max(at, (policy.from_attempt ? cycle.began : at) + cycle.wait);
}

void Waits::phase_begins(Device d, const Client& c) {
  if (roster_.behaviour(c).dps.retry) cycles_[d].began = c.phase_start;
}

void Waits::phase_failed(Device d, const Client& c) {
  if (roster_.behaviour(c).dps.retry) ++cycles_[d].failed;
}

void Waits::phase_assigned(Device d, const Client& c) {
  if (roster_.behaviour(c).dps.retry) cycles_[d].assigned = true;
}

bool Waits::was_just_assigned(Device d) {
  const auto found = cycles_.empty() ? cycles_.end() : cycles_.find(d);
  if (found == cycles_.end() || !found->second.assigned) return false;
  found->second.assigned = false;
  ++found->second.failed;
  return true;
}

bool Waits::retried_hub(Device d, const Client& c) const {
  if (roster_.behaviour(c).on_dps_failure != OnDpsFailure::retry_hub) return false;
  const auto found = cycles_.find(d);
  return found != cycles_.end() && found->second.failed > 0 && !found->second.assigned;
}

bool Waits::cycles_exhausted(const Client& c) const {
  const std::uint32_t limit = roster_.behaviour(c).cycle_limit;
  return limit > 0 && c.phases >= limit;
}

}  // namespace device
