#include "tests/fuzz_runs/values.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>

#include "sim/settings/quantity.hpp"

namespace fuzz {

namespace {

using namespace sim::settings;
using support::Draws;

// The texts of a range without the words before their numbers.
struct Bounds {
  std::string words, least, most;
};

Bounds bounds_of(const Range& range) {
  const std::size_t from = range.least.find_first_of("0123456789");
  return {range.least.substr(0, from), range.least.substr(from), range.most.substr(from)};
}

// Whole multiples of `unit`, which is exact enough for a bound: the text is clamped by its maker.
std::uint64_t multiples(double value, double unit) {
  return static_cast<std::uint64_t>(std::llround(std::min(value / unit, 9e18)));
}

std::string duration_text(const Bounds& bounds, sim::Duration run, Draws& draws) {
  const auto us = [](const std::string& text) {
    return static_cast<std::uint64_t>(std::get<sim::Duration>(parse_duration(text)).count());
  };
  const std::uint64_t least = us(bounds.least), most = us(bounds.most);
  const auto length = static_cast<std::uint64_t>(run.count());
  if (draws.below(2) == 0 && least <= length) {
    const std::uint64_t second = 1'000'000;
    const std::uint64_t at = draws.below(length / second + 1) * second;
    return format_duration(sim::Duration{static_cast<std::int64_t>(std::clamp(at, least, most))});
  }
  return format_duration(sim::Duration{static_cast<std::int64_t>(between(least, most, draws))});
}

std::string share_text(const Bounds& bounds, Draws& draws) {
  const auto millionths = [](const std::string& text) {
    return multiples(std::get<double>(parse_share(text)), 1e-6);
  };
  const std::uint64_t given = between(millionths(bounds.least), millionths(bounds.most), draws);
  return fmt::format("{}.{:04}%", given / 10'000, given % 10'000);
}

std::string rate_text(const Bounds& bounds, Draws& draws) {
  const auto a_day = [](const std::string& text) {
    return multiples(std::get<Rate>(parse_rate(text)).per_second() * 86'400, 1);
  };
  return fmt::format("{}/d", between(a_day(bounds.least), a_day(bounds.most), draws));
}

std::string decimal_text(const Bounds& bounds, const std::string& unit, Draws& draws) {
  const auto thousandths = [&](const std::string& text) {
    return multiples(std::get<double>(parse_decimal(text.substr(0, text.size() - unit.size()))), 1e-3);
  };
  const std::uint64_t given = between(thousandths(bounds.least), thousandths(bounds.most), draws);
  return fmt::format("{}.{:03}{}", given / 1000, given % 1000, unit);
}

// A whole number and what is counted.
std::string count_text(const Bounds& bounds, Draws& draws) {
  const std::size_t digits = std::min(bounds.least.find(' '), bounds.least.size());
  const std::string unit = bounds.least.substr(digits);
  const auto number = [&](const std::string& text) {
    return std::get<std::uint64_t>(parse_whole(text.substr(0, text.size() - unit.size())));
  };
  return fmt::format("{}{}", between(number(bounds.least), number(bounds.most), draws), unit);
}

std::string between_text(const Shape& shape, const Range& range, sim::Duration run, Draws& draws) {
  const Bounds bounds = bounds_of(range);
  const std::string& least = bounds.least;
  const auto ends = [&](const char* unit) { return least.ends_with(unit); };
  if (shape.type == "integer" || ends("messages") || ends("operations") || ends("failures"))
    return bounds.words + count_text(bounds, draws);
  if (shape.type == "number") return decimal_text(bounds, "", draws);
  if (ends(" USD")) return decimal_text(bounds, " USD", draws);
  if (ends("%")) return share_text(bounds, draws);
  if (least.find('/') != std::string::npos) return rate_text(bounds, draws);
  if (ends("B"))
    return format_size(between(std::get<std::uint64_t>(parse_size(least)),
                               std::get<std::uint64_t>(parse_size(bounds.most)), draws));
  if (ends("Z"))
    return fmt::format("20{:02}-0{}-1{}T0{}:00Z", draws.below(100), 1 + draws.below(9), draws.below(10),
                       draws.below(10));
  if (least.find(':') != std::string::npos)
    return fmt::format("{:02}:{:02}", draws.below(24), draws.below(60));
  std::string text = duration_text(bounds, run, draws);
  if (shape.pattern.find("\\.\\.") != std::string::npos && draws.below(2) == 0) {
    const std::string other = duration_text(bounds, run, draws);
    const bool grows =
        std::get<sim::Duration>(parse_duration(text)) <= std::get<sim::Duration>(parse_duration(other));
    text = grows ? text + ".." + other : other + ".." + text;
  }
  return bounds.words + text;
}

}  // namespace

std::uint64_t between(std::uint64_t least, std::uint64_t most, Draws& draws) {
  if (least >= most) return least;
  const auto narrow = static_cast<std::uint64_t>(std::bit_width(least)),
             wide = static_cast<std::uint64_t>(std::bit_width(most));
  const std::uint64_t bits = narrow + draws.below(wide - narrow + 1);
  const std::uint64_t from = bits == 0 ? 0 : std::uint64_t{1} << (bits - 1);
  return std::clamp(bits == 0 ? 0 : from + draws.below(from), least, most);
}

std::string scalar_text(const Shape& shape, sim::Duration run, Draws& draws) {
  if (shape.type == "boolean") return draws.below(2) == 0 ? "true" : "false";
  const std::size_t words = shape.words.size();
  if (shape.ranges.empty()) return words > 0 ? shape.words[draws.below(words)] : shape.example;
  if (words > 0 && draws.below(3) == 0) return shape.words[draws.below(words)];
  const Range& range = shape.ranges[draws.below(shape.ranges.size())];
  const std::uint64_t which = draws.below(10);
  return which == 0 ? range.least : which == 1 ? range.most : between_text(shape, range, run, draws);
}

}  // namespace fuzz
