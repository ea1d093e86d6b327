#include "sim/settings/quantity.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>

#include "sim/settings/number.hpp"
#include "sim/settings/text.hpp"

namespace sim::settings {
namespace {

struct Unit {
  std::string_view name;
  std::uint64_t factor;
};

constexpr std::array<Unit, 6> time_units{{{"d", 86'400'000'000},
                                          {"h", 3'600'000'000},
                                          {"m", 60'000'000},
                                          {"s", 1'000'000},
                                          {"ms", 1'000},
                                          {"us", 1}}};
constexpr std::array<Unit, 7> size_units{{{"GiB", 1u << 30},
                                          {"MiB", 1u << 20},
                                          {"KiB", 1u << 10},
                                          {"GB", 1'000'000'000},
                                          {"MB", 1'000'000},
                                          {"KB", 1'000},
                                          {"B", 1}}};
// Other ways to write them, and what to write.
struct Synonym {
  std::string_view written, right;
};
constexpr std::array<Synonym, 22> synonyms{
    {{"min", "m"},  {"mins", "m"},   {"minute", "m"},  {"minutes", "m"}, {"M", "m"},    {"sec", "s"},
     {"secs", "s"}, {"second", "s"}, {"seconds", "s"}, {"S", "s"},       {"hour", "h"}, {"hours", "h"},
     {"hr", "h"},   {"H", "h"},      {"day", "d"},     {"days", "d"},    {"D", "d"},    {"msec", "ms"},
     {"b", "B"},    {"bytes", "B"},  {"kB", "KB"},     {"kb", "KB"}}};

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  return text;
}

// The letters at the start.
std::string_view word_of(std::string_view text) {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  const auto end = std::find_if_not(text.begin(), text.end(), letter);
  return text.substr(0, static_cast<std::size_t>(end - text.begin()));
}

template <std::size_t N>
std::size_t find_unit(const std::array<Unit, N>& units, std::string_view name) {
  const auto at = std::find_if(units.begin(), units.end(), [&](const Unit& u) { return u.name == name; });
  return static_cast<std::size_t>(at - units.begin());
}

Problem unknown_unit(std::string_view written, std::string_view unit, std::string_view known) {
  for (const Synonym& s : synonyms)
    if (s.written == unit)
      return {fmt::format("has the unknown unit {}", quoted(unit)),
              fmt::format("write {}{}", written, s.right)};
  return {fmt::format("has the unknown unit {}", quoted(unit)), fmt::format("units are {}", known)};
}

Problem without_unit(std::string_view written, std::string_view first, std::string_view second,
                     std::string_view third) {
  return {"needs a unit",
          fmt::format("write {}{}, {}{} or {}{}", written, first, written, second, written, third)};
}

bool is_zero(const Decimal& number) { return number.digits == 0; }

// One part of a duration, "30m" of "1h30m".
struct DurationPart {
  std::uint64_t us;
  std::size_t unit;
  std::string_view rest;
};

Problem no_duration() { return {"is not a duration", "write it like 15m, 1h30m or 10ms"}; }

Parsed<DurationPart> duration_part(std::string_view text) {
  const Parsed<Leading> parsed = leading_number(text);
  if (const auto* problem = std::get_if<Problem>(&parsed)) return *problem;
  const Leading& leading = std::get<Leading>(parsed);
  const std::string_view after = trimmed(leading.rest);
  if (after.empty()) return without_unit(leading.written, "s", "m", "h");
  const std::string_view name = word_of(after);
  if (name.empty()) return no_duration();
  const std::size_t unit = find_unit(time_units, name);
  if (unit == time_units.size()) return unknown_unit(leading.written, name, "d, h, m, s, ms and us");
  const Parsed<std::uint64_t> us = scaled(leading.number, time_units[unit].factor, "microsecond");
  if (const auto* problem = std::get_if<Problem>(&us)) return *problem;
  return DurationPart{std::get<std::uint64_t>(us), unit, trimmed(after.substr(name.size()))};
}

// digits / 10^(scale + 2), rounded once.
double percent(const Decimal& number) {
  const std::string text = fmt::format("{}e-{}", number.digits, number.scale + 2);
  double value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

}  // namespace

Parsed<Duration> parse_duration(std::string_view text) {
  if (text == "0") return Duration{0};
  std::uint64_t sum = 0;
  std::size_t last = time_units.size();
  for (std::string_view rest = text; !rest.empty() || last == time_units.size();) {
    const Parsed<DurationPart> parsed = duration_part(rest);
    if (const auto* problem = std::get_if<Problem>(&parsed))
      return rest.size() < text.size() && problem->hint.empty() ? no_duration() : *problem;
    const DurationPart& part = std::get<DurationPart>(parsed);
    if (last != time_units.size() && part.unit <= last)
      return Problem{"has its units out of order", "write the largest first, each once, like 1h30m"};
    sum += part.us;  // each is below 2^63, and so must the sum be
    if (sum > INT64_MAX) return Problem{"is too large", ""};
    last = part.unit;
    rest = part.rest;
  }
  return Duration{static_cast<std::int64_t>(sum)};
}

Parsed<DurationRange> parse_duration_range(std::string_view text, Duration most) {
  const std::size_t dots = text.find("..");
  const Parsed<Duration> least = parse_duration(text.substr(0, dots));
  if (const auto* problem = std::get_if<Problem>(&least)) return *problem;
  const Duration from = std::get<Duration>(least);
  Duration to = from;
  if (dots != std::string_view::npos) {
    const Parsed<Duration> longest = parse_duration(text.substr(dots + 2));
    if (const auto* problem = std::get_if<Problem>(&longest)) return *problem;
    to = std::get<Duration>(longest);
  }
  if (to > most) return Problem{"is too large", "at most " + format_duration(most)};
  if (to < from) return Problem{"is not in order", "write the shorter time first"};
  return DurationRange{from, to};
}

Parsed<std::uint64_t> parse_size(std::string_view text) {
  const Parsed<Leading> parsed = leading_number(text);
  if (const auto* problem = std::get_if<Problem>(&parsed)) return *problem;
  const Leading& leading = std::get<Leading>(parsed);
  const std::string_view name = trimmed(leading.rest);
  if (name.empty() && is_zero(leading.number)) return std::uint64_t{0};
  if (name.empty()) return without_unit(leading.written, " B", " KB", " KiB");
  const std::size_t unit = find_unit(size_units, name);
  if (unit == size_units.size())
    return unknown_unit(std::string(leading.written) + " ", name, "B, KB, KiB, MB, MiB, GB and GiB");
  return scaled(leading.number, size_units[unit].factor, "byte");
}

Parsed<double> parse_share(std::string_view text) {
  const Parsed<Leading> parsed = leading_number(text);
  if (const auto* problem = std::get_if<Problem>(&parsed)) return *problem;
  const Leading& leading = std::get<Leading>(parsed);
  const std::string_view unit = trimmed(leading.rest);
  const double number = std::get<double>(parse_decimal(leading.written));
  if (unit.empty() && is_zero(leading.number)) return 0.0;
  if (unit.empty() && number < 1)
    return Problem{"needs a unit",
                   fmt::format("write {}%", format_share(number).substr(0, format_share(number).size() - 1))};
  if (unit.empty()) return Problem{"needs a unit", fmt::format("write {}%", leading.written)};
  if (unit != "%")
    return Problem{fmt::format("has the unknown unit {}", quoted(unit)),
                   fmt::format("write {}%", leading.written)};
  if (number > 100) return Problem{"is more than 100%", ""};
  return percent(leading.number);
}

Parsed<Rate> parse_rate(std::string_view text) {
  const Parsed<Leading> parsed = leading_number(text);
  if (const auto* problem = std::get_if<Problem>(&parsed)) return *problem;
  const Leading& leading = std::get<Leading>(parsed);
  const std::string_view unit = trimmed(leading.rest);
  if (unit.empty()) return without_unit(leading.written, "/s", "/min", "/h");
  const double count = std::get<double>(parse_decimal(leading.written));
  if (unit == "/s") return Rate{count, Duration{1'000'000}};
  if (unit == "/min") return Rate{count, Duration{60'000'000}};
  if (unit == "/h") return Rate{count, Duration{3'600'000'000}};
  if (unit == "/d") return Rate{count, Duration{86'400'000'000}};
  if (unit == "/m")
    return Problem{"has the unknown unit \"/m\"", fmt::format("write {}/min", leading.written)};
  return Problem{fmt::format("has the unknown unit {}", quoted(unit)), "units are /s, /min, /h and /d"};
}

Parsed<std::uint64_t> parse_count_of(std::string_view text, std::string_view things) {
  const Parsed<Leading> parsed = leading_number(text);
  if (const auto* problem = std::get_if<Problem>(&parsed)) return *problem;
  const Leading& leading = std::get<Leading>(parsed);
  const std::string_view word = trimmed(leading.rest);
  const std::string right = fmt::format("write {} {}", leading.written, things);
  if (word.empty() && is_zero(leading.number)) return std::uint64_t{0};
  if (word.empty()) return Problem{"needs a unit", right};
  const std::string_view one = things.substr(0, things.size() - 1);
  if (word != things && word != one)
    return Problem{fmt::format("has the unknown unit {}", quoted(word)), right};
  if (leading.number.scale > 0) return Problem{"is not a whole number", ""};
  return leading.number.digits;
}

namespace {

// The shortest decimal of a count that is read as the same rate; nothing where none of those that can be read
// is.
std::optional<std::string> shortest(double count, Duration per, double per_second) {
  for (int digits = 0; digits <= 18; ++digits) {
    std::string text = fmt::format("{:.{}f}", count, digits);
    const Parsed<double> back = parse_decimal(text);
    const auto* number = std::get_if<double>(&back);
    if (number && Rate{*number, per}.per_second() == per_second) return text;
  }
  return std::nullopt;
}

}  // namespace

std::string format_duration(Duration duration) {
  if (duration.count() == 0) return "0s";
  std::string text;
  auto left = static_cast<std::uint64_t>(duration.count());
  for (const Unit& unit : time_units) {
    if (left >= unit.factor) text += std::to_string(left / unit.factor) + std::string(unit.name);
    left %= unit.factor;
  }
  return text;
}

std::string format_duration_range(const DurationRange& range) {
  const std::string least = format_duration(range.first);
  return range.first == range.second ? least : least + ".." + format_duration(range.second);
}

std::string format_size(std::uint64_t bytes) {
  for (const Unit& unit : size_units)
    if (bytes != 0 && bytes % unit.factor == 0) return fmt::format("{} {}", bytes / unit.factor, unit.name);
  return "0 B";
}

std::string format_share(double share) {
  // The decimal point moves by two digits, which loses nothing.
  std::string text = format_decimal(share);
  const std::size_t point = std::min(text.find('.'), text.size());
  std::string digits = text.substr(0, point) + (point < text.size() ? text.substr(point + 1) : "");
  digits.resize(std::max(digits.size(), point + 2), '0');
  if (digits.size() > point + 2) digits.insert(point + 2, ".");
  return digits.erase(0, std::min(digits.find_first_not_of('0'), point + 1)) + '%';
}

std::string format_rate(double per_second) {
  const std::string text = format_decimal(per_second);
  if (text.size() < 8) return text + "/s";
  for (const auto& [unit, seconds] : {std::pair{"/min", 60}, {"/h", 3'600}, {"/d", 86'400}}) {
    const double count = per_second * seconds;
    for (const double near : {count, std::nextafter(count, 0), std::nextafter(count, 2 * count)})
      if (const auto found = shortest(near, Duration{seconds * 1'000'000LL}, per_second))
        return *found + unit;
  }
  return text + "/s";
}

}  // namespace sim::settings
