#include "models/hub/quota.hpp"

#include <algorithm>

#include "models/hub/flows.hpp"

namespace hub {

bool Quota::used_up() const { return used_ + whole_part >= blocks_; }

void Quota::read(double blocks) {
  any_reads_ = true;
  unforeseen_from_ -= blocks;
  meter({0, blocks, 0});
}

// Reads may take a share of what is left before it is asked again, and they are looked at after what is
// left without that share would be used up: so the end is not missed, and is approached in few steps.
sim::Time Quota::ends(sim::Time at, double blocks_a_second) {
  constexpr double shortest_look_s = 1;
  constexpr double shortest_s = 1e-4;  // so that the end is reached whatever rounding does
  unforeseen_from_ = 0;
  if (used_up()) return sim::never;
  const double share = any_reads_ ? 0.125 : 0;
  unforeseen_from_ = left() * share;
  if (blocks_a_second <= 0) return sim::never;
  const double lasts = left() / blocks_a_second;
  if (lasts * (1 - share) > shortest_look_s) return after(at, lasts * (1 - share));
  unforeseen_from_ = 0;
  return after(at, std::max(lasts, shortest_s));
}

}  // namespace hub
