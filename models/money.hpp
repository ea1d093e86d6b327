// Amounts of money in a scenario and in the catalogs.
#pragma once
#include <string>

#include "sim/settings/values.hpp"

namespace money {

inline constexpr double hours_a_month = 730;

// "25 USD", a number of US dollars from 0 on.
sim::settings::Value<double> dollars(const std::string& example);

}  // namespace money
