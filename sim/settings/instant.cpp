// Instants of the calendar: "2023-06-01T06:00Z".
#include <fmt/format.h>

#include <chrono>

#include "sim/settings/quantity.hpp"
#include "sim/settings/text.hpp"

namespace sim::settings {
namespace {

// Reads "dd" style fields of fixed width; -1 if they are no digits.
int field(std::string_view text, std::size_t at, std::size_t width) {
  int value = 0;
  for (std::size_t i = at; i < at + width; ++i) {
    if (i >= text.size() || text[i] < '0' || text[i] > '9') return -1;
    value = value * 10 + (text[i] - '0');
  }
  return value;
}

// "2023-06-01T06:00Z" or with seconds "2023-06-01T06:00:30Z".
bool well_formed(std::string_view text) {
  const std::string_view pattern = text.size() > 17 ? "dddd-dd-ddTdd:dd:ddZ" : "dddd-dd-ddTdd:ddZ";
  if (text.size() != pattern.size()) return false;
  for (std::size_t i = 0; i < pattern.size(); ++i)
    if (pattern[i] == 'd' ? field(text, i, 1) < 0 : text[i] != pattern[i]) return false;
  return true;
}

constexpr std::string_view example_instant = "write it like 2023-06-01T06:00Z";

Problem malformed(std::string_view text) {
  if (well_formed(std::string(text) + "T00:00Z"))
    return {"is a date without a time", fmt::format("write {}T00:00Z", text)};
  if (well_formed(std::string(text) + "Z")) return {"has no time zone", fmt::format("write {}Z", text)};
  return {"is not an instant", std::string{example_instant}};
}

}  // namespace

Parsed<std::int64_t> parse_instant(std::string_view text) {
  using std::chrono::day, std::chrono::days, std::chrono::month, std::chrono::sys_days, std::chrono::year,
      std::chrono::year_month_day;
  if (!well_formed(text)) return malformed(text);
  const int hour = field(text, 11, 2), minute = field(text, 14, 2),
            second = text.size() > 17 ? field(text, 17, 2) : 0;
  const year_month_day date{year{field(text, 0, 4)}, month{static_cast<unsigned>(field(text, 5, 2))},
                            day{static_cast<unsigned>(field(text, 8, 2))}};
  if (!date.ok() || hour > 23 || minute > 59 || second > 59) return Problem{"is not in the calendar", ""};
  if (field(text, 0, 4) < 2000 || field(text, 0, 4) > 2099)
    return Problem{"is outside the years 2000 to 2099", ""};
  using std::chrono::hours, std::chrono::minutes, std::chrono::seconds;
  const seconds since = sys_days{date}.time_since_epoch() + hours{hour} + minutes{minute} + seconds{second};
  return since.count();
}

Parsed<Duration> parse_time_of_day(std::string_view text) {
  const bool formed = text.size() == 5 && text[2] == ':' && field(text, 0, 2) >= 0 && field(text, 3, 2) >= 0;
  if (!formed) return Problem{"is not a time of day", "write it like 14:30"};
  const int hour = field(text, 0, 2), minute = field(text, 3, 2);
  if (hour > 23 || minute > 59) return Problem{"is not a time of day", "00:00 to 23:59"};
  return Duration{std::chrono::hours{hour} + std::chrono::minutes{minute}};
}

std::string format_time_of_day(Duration since_midnight) {
  const std::int64_t minutes = std::chrono::floor<std::chrono::minutes>(since_midnight).count();
  return fmt::format("{:02}:{:02}", minutes / 60, minutes % 60);
}

std::string format_instant(std::int64_t utc_s) {
  using std::chrono::day, std::chrono::days, std::chrono::month, std::chrono::sys_days, std::chrono::year,
      std::chrono::year_month_day;
  const auto days_since = std::chrono::floor<days>(std::chrono::seconds{utc_s});
  const year_month_day date{sys_days{days_since}};
  const std::int64_t left = utc_s - std::chrono::duration_cast<std::chrono::seconds>(days_since).count();
  const std::string day = fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}", static_cast<int>(date.year()),
                                      static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                                      left / 3600, left / 60 % 60);
  return left % 60 == 0 ? day + "Z" : fmt::format("{}:{:02}Z", day, left % 60);
}

}  // namespace sim::settings
