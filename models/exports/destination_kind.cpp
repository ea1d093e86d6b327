#include "models/exports/destination_kind.hpp"

#include <algorithm>

namespace exports {

bool Destination::spans_zones() const { return kind->spans_zones(*this); }

std::vector<double> DestinationKind::bill(const Prices& prices, const std::vector<Billed>& all) const {
  std::vector<double> amounts;
  for (const Billed& one : all) amounts.push_back(cost(prices, one));
  return amounts;
}

std::string DestinationKind::remedy(const std::string&, Tier) const { return "remove it"; }

double sharing_units(const std::vector<Billed>& all, const Billed& one) {
  const std::string& space = one.destination->space;
  if (space.empty()) return 1;
  return static_cast<double>(std::count_if(
      all.begin(), all.end(), [&](const Billed& other) { return other.destination->space == space; }));
}

std::uint32_t next_size(const std::vector<std::uint32_t>& sizes, std::uint32_t now, std::uint32_t most) {
  if (sizes.empty()) return now < most ? std::min(2 * now, most) : 0;
  const auto next = std::upper_bound(sizes.begin(), sizes.end(), now);
  return next == sizes.end() ? 0 : *next;
}

}  // namespace exports
