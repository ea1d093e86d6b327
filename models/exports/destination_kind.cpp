#include "models/exports/destination_kind.hpp"

#include <algorithm>

namespace exports {

bool Destination::spans_zones() const { return kind->spans_zones(*this); }

std::string DestinationKind::remedy(const std::string&, Tier) const { return "remove it"; }

std::uint32_t next_size(const std::vector<std::uint32_t>& sizes, std::uint32_t now, std::uint32_t most) {
  if (sizes.empty()) return now < most ? std::min(2 * now, most) : 0;
  const auto next = std::upper_bound(sizes.begin(), sizes.end(), now);
  return next == sizes.end() ? 0 : *next;
}

}  // namespace exports
