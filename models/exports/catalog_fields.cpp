#include "models/exports/catalog_fields.hpp"

#include <chrono>

namespace exports::fields {

using namespace sim::settings;

Value<double> bytes(const std::string& example) { return as<double>(size(0, most, example)); }

Value<sim::Duration> time(const std::string& example) {
  return duration(sim::Duration{0}, std::chrono::hours{24} * 90, example);
}

Value<std::vector<std::uint32_t>> sizes() {
  return list(whole<std::uint32_t>(1, 1000), "numbers of units such as [1, 2, 4]");
}

}  // namespace exports::fields
