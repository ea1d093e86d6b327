// Numbers as people read them: durations, counts, shares; and text that keeps to a terminal's width.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "tools/analysis/combine.hpp"

namespace output::words {

inline constexpr std::size_t width = 80;

std::string duration(double seconds);  // "250 ms", "12.3 s", "13m12s", "4h12m", "2d3h"
std::string count(double n);  // "2,481"; a mean that is no whole number keeps what matters: "0.25", "12.5"
std::string counted(std::uint64_t n, const char* one, const char* many);  // "2,481 hubs", "1 hub"
std::string share(double part);  // "62 %", "98.2 %"; never 0 % or 100 % unless exactly
std::string ratio(double x);     // "1.34"
std::string bytes(double n);     // "41.9 MB"
// By the unit of a metric: s, 1, or a count.
std::string in_unit(double x, std::string_view unit);
std::string half_width(double x, std::string_view unit);  // two digits: "12 s", "0.011"

// The value with " ± half width" when there is an interval wider than nothing, or with " (95 % interval low
// to high)" when it has no middle; "at least ..." when it is a lower bound; without a value: "not reached (at
// least 4h12m)" or "nothing to report".
std::string value(const analysis::Metric& metric);

std::size_t columns(std::string_view text);                   // characters, not bytes; colours take none
std::string pad(std::string_view text, std::size_t to);       // blanks behind
std::string pad_left(std::string_view text, std::size_t to);  // blanks in front
// Breaks at blanks so that no line is longer than the terminal's width; each line starts with `indent`
// blanks.
std::string wrap(std::string_view text, std::size_t indent = 0);

}  // namespace output::words
