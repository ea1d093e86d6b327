// Fields that the catalogs of destinations have in common.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "sim/settings/table.hpp"

namespace exports::fields {

inline constexpr std::uint64_t most = 1'000'000'000'000;

// A member of a part of a row.
template <class Part, class Member>
auto in(Part part, Member member) {
  return [ part, member ](auto& row) -> auto& { return (row.*part).*member; };
}

sim::settings::Value<double> bytes(const std::string& example);
// Up to the longest time of a catalog of destinations.
sim::settings::Value<sim::Duration> time(const std::string& example);
sim::settings::Value<std::vector<std::uint32_t>> sizes();  // numbers of units that there are

}  // namespace exports::fields
