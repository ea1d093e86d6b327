#include "models/provisioning/allocation.hpp"

#include <algorithm>

namespace provisioning {

namespace {

// Whether `a` is fuller than `b`, for its weight.
bool fuller(const Candidate& a, const Candidate& b) {
  return static_cast<double>(a.devices) * b.weight > static_cast<double>(b.devices) * a.weight;
}

double uniform(std::uint64_t bits) { return (static_cast<double>(bits >> 11) + 0.5) * 0x1p-53; }

// The first with the highest score among those that `admits` lets in, -1 if there is none.
template <class Admits, class Score>
int highest(const std::vector<Candidate>& candidates, const Admits& admits, const Score& score) {
  int best = -1;
  decltype(score(candidates.front())) highest{};
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    if (!admits(candidates[i])) continue;
    const auto its = score(candidates[i]);
    const bool wins = best < 0 || its > highest;
    best = wins ? static_cast<int>(i) : best;
    highest = wins ? its : highest;
  }
  return best;
}

// The choice of `evenly_weighted` among those that `admits` lets in.
template <class Admits>
int hashed(const std::vector<Candidate>& candidates, std::uint64_t device, const Admits& admits) {
  const auto bits = [device](const Candidate& c) { return sim::mix(device ^ c.name_hash); };
  const bool equal = std::all_of(candidates.begin(), candidates.end(),
                                 [&](const Candidate& c) { return c.weight == candidates.front().weight; });
  // With equal weights the largest u has the largest score: no logarithm needed.
  if (equal) return highest(candidates, admits, bits);
  return highest(candidates, admits,
                 [&](const Candidate& c) { return -c.weight / sim::exact_log(uniform(bits(c))); });
}

}  // namespace

int evenly_weighted(const std::vector<Candidate>& candidates, std::uint64_t device) {
  return hashed(candidates, device, [](const Candidate&) { return true; });
}

int least_devices(const std::vector<Candidate>& candidates, std::uint64_t device) {
  if (candidates.empty()) return -1;
  const Candidate* least = &candidates.front();
  for (const Candidate& c : candidates)
    if (fuller(*least, c)) least = &c;
  return hashed(candidates, device, [&](const Candidate& c) { return !fuller(c, *least); });
}

int lowest_latency(const std::vector<Candidate>& candidates, std::uint64_t device) {
  if (candidates.empty()) return -1;
  const auto nearest =
      std::min_element(candidates.begin(), candidates.end(), [](const Candidate& a, const Candidate& b) {
        return a.latency < b.latency;
      })->latency;
  return hashed(candidates, device, [&](const Candidate& c) { return c.latency == nearest; });
}

int two_choices(const std::vector<Candidate>& candidates, std::uint64_t device, const sim::Draw& draw) {
  if (candidates.size() < 2) return evenly_weighted(candidates, device);
  const std::uint64_t n = candidates.size();
  const auto first = static_cast<std::size_t>(draw.below(n, 0));
  auto second = static_cast<std::size_t>(draw.below(n - 1, 1));
  if (second >= first) ++second;
  return static_cast<int>(fuller(candidates[first], candidates[second]) ? second : first);
}

int round_robin(const std::vector<Candidate>& candidates, std::uint64_t turn) {
  return candidates.empty() ? -1 : static_cast<int>(turn % candidates.size());
}

}  // namespace provisioning
