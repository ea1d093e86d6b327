// The values of an axis: a list, names for values, a range or a logarithmic range.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "sim/settings/values.hpp"
#include "tools/study/settings.hpp"

namespace study {

inline constexpr std::size_t most_levels = 1000;

// A quantity as a number of its base unit: "15m" is 900, "200/min" is 200/60, "5%" is 0.05, "64 KiB" is
// 65536. Nothing for what is none.
std::optional<double> number_of(const std::string& text);

// The path of a key that a study sets, as it stands in front of "=" of an override.
sim::settings::Parsed<std::string> parse_path(std::string_view text);

// An axis in a study file: {name: units, path: application.hubs.units, values: [1, 2]}, or with
// values: {label: value}, range: {from: 1, to: 5, step: 1}, log: {from: 1000, to: 100000, points: 5}.
// The ends of a log range are exact, the values between are rounded to three digits.
sim::settings::Value<Axis> axis_value();

}  // namespace study
