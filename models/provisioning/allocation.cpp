#include "models/provisioning/allocation.hpp"

#include <algorithm>

namespace provisioning {

namespace {

// Whether `a` is fuller than `b`, for its weight.
bool fuller(const Candidate& a, const Candidate& b) {
  return static_cast<double>(a.devices) * b.weight > static_cast<double>(b.devices) * a.weight;
}

double uniform(std::uint64_t bits) { return (static_cast<double>(bits >> 11) + 0.5) * 0x1p-53; }

// The choice of `evenly_weighted` among those that `admits` lets in.
template <class Admits>
int hashed(const std::vector<Candidate>& candidates, std::uint64_t device, const Admits& admits) {
  int best = -1;
  double best_score = 0;
  std::uint64_t best_bits = 0;
  const bool equal = std::all_of(candidates.begin(), candidates.end(),
                                 [&](const Candidate& c) { return c.weight == candidates.front().weight; });
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    const Candidate& c = candidates[i];
    if (!admits(c)) continue;
    const std::uint64_t bits = sim::mix(device ^ c.name_hash);
    // With equal weights the largest u has the largest score: no logarithm needed.
    const double score = equal ? 0 : -c.weight / sim::exact_log(uniform(bits));
    const bool wins = equal ? bits > best_bits : score > best_score;
    if (best < 0 || wins) {
      best = static_cast<int>(i);
      best_score = score;
      best_bits = bits;
    }
  }
  return best;
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
