#include "models/network/tcp.hpp"

#include <algorithm>

namespace network {

namespace {

// How long a timer of the kernel takes that is set to `wait`, on average: from 63, 504, 4032 ... ticks on the
// wheel turns in steps of 8, 64, 512 ... ticks, and no timer expires early.
sim::Duration timer(sim::Duration wait) {
  constexpr sim::Duration tick = std::chrono::milliseconds{4};
  const std::int64_t ticks = (wait + tick - sim::Duration{1}) / tick;
  std::int64_t step = 1;
  while (ticks >= 63 * step) step *= 8;
  return ticks * tick + step * tick / 2;
}

constexpr int syn_retries = 6;  // tcp_syn_retries

constexpr sim::Duration longest = std::chrono::seconds{120};

sim::Duration shortest_wait(sim::Duration round_trip) {
  constexpr sim::Duration tick = std::chrono::milliseconds{4};
  const std::int64_t ticks = (std::chrono::milliseconds{200} + round_trip + tick - sim::Duration{1}) / tick;
  return std::min(longest, ticks * tick);
}

}  // namespace

sim::Time next_syn(sim::Time since, sim::Time from, int linear_timeouts) {
  if (from <= since) return since;
  const sim::Duration second = timer(std::chrono::seconds{1});
  const std::int64_t even = 1 + linear_timeouts,
                     seconds = (from - since + second - sim::Duration{1}) / second;
  if (seconds <= even) return since + seconds * second;
  sim::Time at = since + even * second;
  for (int doubled = 1; doubled < syn_retries && at < from; ++doubled)
    at += timer(std::chrono::seconds{1 << doubled});
  return at >= from ? at : sim::never;
}

sim::Time next_repeat(sim::Time first, sim::Duration round_trip, sim::Time from) {
  sim::Duration wait = shortest_wait(round_trip);
  sim::Time at = first < from ? first + timer(wait) : first;  // the probe
  while (at < from && wait < longest) {
    at += timer(wait);
    wait = std::min(longest, 2 * wait);
  }
  if (at >= from) return at;
  const sim::Duration last = timer(longest);
  return at + (from - at + last - sim::Duration{1}) / last * last;
}

sim::Time next_fin(sim::Time closed, sim::Duration round_trip, sim::Time from) {
  const sim::Time repeated = closed + 2 * timer(shortest_wait(round_trip));
  const sim::Time at = next_repeat(closed, round_trip, from);
  return at < repeated + std::chrono::milliseconds{102'200} ? at : sim::never;
}

sim::Time gives_up(sim::Time first, sim::Duration round_trip) {
  sim::Duration wait = shortest_wait(round_trip);
  const sim::Time repeated = first + 2 * timer(wait);  // after the probe, which is none of the repeats
  sim::Time at = repeated;
  while (at < repeated + soonest_end) {
    wait = std::min(longest, 2 * wait);
    at += timer(wait);
  }
  return at;
}

}  // namespace network
