#include "models/device/profile_csv.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/settings/quantity.hpp"
#include "sim/settings/text.hpp"

namespace device {

namespace {

using namespace sim::settings;

constexpr std::string_view header = "time,factor";
constexpr double factor_most = static_cast<double>(Pace::most) / static_cast<double>(Pace::one);

struct Field {
  std::string_view text;
  Place place;
};

std::string_view trimmed(std::string_view text) {
  const std::size_t from = text.find_first_not_of(" \t\r");
  if (from == std::string_view::npos) return {};
  return text.substr(from, text.find_last_not_of(" \t\r") + 1 - from);
}

class Table {
 public:
  Table(const Source& source, Profile& profile, Diagnostics& diagnostics)
      : source_(source), profile_(profile), diagnostics_(diagnostics) {}

  bool read() {
    const std::size_t errors = diagnostics_.errors();
    const std::size_t lines =
        1 + static_cast<std::size_t>(std::count(source_.text().begin(), source_.text().end(), '\n'));
    if (trimmed(source_.line(1)) != header) {
      error({source_.line(1), {&source_, 1, 1, std::max<std::size_t>(source_.line(1).size(), 1)}},
            "the columns are not time and factor", fmt::format("the first line is {}", header));
      return false;
    }
    for (std::size_t number = 2; number <= lines && !diagnostics_.full(); ++number) row(number, lines);
    if (errors == diagnostics_.errors()) whole();
    return errors == diagnostics_.errors();
  }

 private:
  void error(const Field& field, const std::string& what, const std::string& hint) {
    diagnostics_.error(field.place, what, hint);
  }

  Field field(std::size_t number, std::string_view text) const {
    const std::string_view line = source_.line(number);
    const auto column = static_cast<std::size_t>(text.data() - line.data()) + 1;
    return {text, {&source_, number, column, std::max<std::size_t>(text.size(), 1)}};
  }

  void row(std::size_t number, std::size_t lines) {
    const std::string_view line = trimmed(source_.line(number));
    if (line.empty()) {
      if (number < lines) error(field(number, source_.line(number)), "an empty line", "remove it");
      return;
    }
    const std::size_t comma = line.find(',');
    if (comma == std::string_view::npos || line.find(',', comma + 1) != std::string_view::npos)
      return error(field(number, line), "not two columns", fmt::format("{}, such as 15m,1.2", header));
    time(field(number, trimmed(line.substr(0, comma))));
    factor(field(number, trimmed(line.substr(comma + 1))));
  }

  void time(const Field& given) {
    const Parsed<Duration> parsed = parse_duration(given.text);
    const auto* t = std::get_if<Duration>(&parsed);
    const std::size_t row = rows_++;
    if (!t) {
      const auto& problem = std::get<Problem>(parsed);
      return error(given, fmt::format("{} {}", quoted(given.text), problem.what), problem.hint);
    }
    if (*t > profile_every_most)
      return error(given, fmt::format("{} is too large", quoted(given.text)),
                   fmt::format("at most {}", format_duration(profile_every_most)));
    if (row == 0 && *t != Duration{0}) error(given, "the table does not begin at 0s", "the first time is 0s");
    if (row == 1) profile_.every = *t;
    const Duration expected = last_ + profile_.every.value_or(*t);
    if (row > 0 && *t <= last_)
      error(given, fmt::format("{} is not after {}", given.text, format_duration(last_)), "sort the rows");
    else if (row > 1 && *t != expected)
      error(given, fmt::format("{} leaves a gap", given.text),
            fmt::format("{} follows {}", format_duration(expected), format_duration(last_)));
    last_ = *t;
  }

  void factor(const Field& given) {
    const Parsed<double> parsed = parse_decimal(given.text);
    const auto* factor = std::get_if<double>(&parsed);
    if (!factor) {
      const auto& problem = std::get<Problem>(parsed);
      return error(given, fmt::format("{} {}", quoted(given.text), problem.what), problem.hint);
    }
    if (*factor < 0) error(given, fmt::format("{} is negative", given.text), "a factor is 0 or more");
    if (*factor > factor_most)
      error(given, fmt::format("{} is too large", given.text), fmt::format("at most {}", factor_most));
    profile_.factors.push_back(*factor);
    sum_ += *factor;
  }

  void whole() {
    const Place end{&source_, 1, 1, header.size()};
    if (rows_ < 2)
      diagnostics_.error(end, "a table needs at least two rows", "such as 0s,0.5 and 12h,1.5");
    else if (*profile_.every < profile_every_least)
      diagnostics_.error(field(3, source_.line(3)).place, "rows closer than a minute", "at least 1m apart");
    else if (sum_ == 0)
      diagnostics_.error(end, "every factor is 0", "one factor at least is above 0");
  }

  const Source& source_;
  Profile& profile_;
  Diagnostics& diagnostics_;
  std::size_t rows_ = 0;
  Duration last_{0};
  double sum_ = 0;
};

}  // namespace

bool read_profile(const Source& source, Profile& profile, Diagnostics& diagnostics) {
  profile.factors.clear();
  return Table(source, profile, diagnostics).read();
}

}  // namespace device
