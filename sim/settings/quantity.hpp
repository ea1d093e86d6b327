// Numbers and quantities as users write them: "15m", "512 B", "200/min", "5%". Strict: nothing is guessed, a
// number where a unit is needed is refused with the text that would be right, and nothing overflows silently.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "sim/time.hpp"

namespace sim::settings {

// Why a text is not what it should be, and what to write instead.
struct Problem {
  std::string what;
  std::string hint;
};

template <class T>
using Parsed = std::variant<T, Problem>;

Parsed<std::uint64_t> parse_whole(std::string_view text);  // digits only, no leading zero
Parsed<double> parse_decimal(std::string_view text);       // digits with at most one point; may be negative
// "1h30m", "10ms", "1.5s", "0"; parts from d, h, m, s, ms, us, the largest first; whole microseconds.
Parsed<Duration> parse_duration(std::string_view text);
// "1m..5m", the shorter first, or a single time for both; none is longer than `most`.
using DurationRange = std::pair<Duration, Duration>;
Parsed<DurationRange> parse_duration_range(std::string_view text, Duration most);
Parsed<std::uint64_t> parse_size(std::string_view text);  // "512 B", "64 KiB", "1 MB"; whole bytes
Parsed<double> parse_share(std::string_view text);        // "5%" is 0.05; 0% to 100%

// So many in each `per`.
struct Rate {
  double count = 0;
  Duration per{1'000'000};
  // Rounded once where `per` is whole seconds, so that a rate that is written again is the same.
  double per_second() const { return count / (static_cast<double>(per.count()) / 1e6); }
};
Parsed<Rate> parse_rate(std::string_view text);  // "200/min", "5/s", also /h and /d

// A whole number followed by what is counted, such as "500 messages"; zero needs no word.
Parsed<std::uint64_t> parse_count_of(std::string_view text, std::string_view things);

// "2023-06-01T06:00Z", seconds optional: seconds since 1970. The years 2000 to 2099.
Parsed<std::int64_t> parse_instant(std::string_view text);
Parsed<Duration> parse_time_of_day(std::string_view text);  // "14:30": since midnight

// Back to text, such that parsing gives the same value.
std::string format_decimal(double value);
std::string format_duration(Duration duration);
std::string format_duration_range(const DurationRange& range);
std::string format_size(std::uint64_t bytes);
std::string format_share(double share);
std::string format_rate(double per_second);
std::string format_instant(std::int64_t utc_s);
std::string format_time_of_day(Duration since_midnight);  // whole minutes

}  // namespace sim::settings
