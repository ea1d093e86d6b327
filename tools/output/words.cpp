#include "tools/output/words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace output::words {
namespace {

// Drops zeros behind the point, and the point with them.
std::string trimmed(std::string text) {
  if (text.find('.') == std::string::npos) return text;
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text;
}

std::string grouped(std::uint64_t n) {
  std::string text = std::to_string(n);
  for (std::size_t i = text.size(); i > 3; i -= 3) text.insert(i - 3, ",");
  return text;
}

// Two units of `large` and `small` whole numbers: 13m12s, or 13m when the small one is nothing.
std::string two_units(std::int64_t n, std::int64_t small_in_large, char large, char small) {
  const std::int64_t rest = n % small_in_large;
  std::string text = fmt::format("{}{}", n / small_in_large, large);
  if (rest != 0) text += fmt::format("{}{}", rest, small);
  return text;
}

std::string below_a_minute(double s) {
  if (s == 0) return "0 s";
  if (s < 0.0995) return fmt::format("{:.3g} ms", s * 1e3);
  if (s < 0.9995) return fmt::format("{:.0f} ms", s * 1e3);
  return trimmed(s < 9.995 ? fmt::format("{:.2f}", s) : fmt::format("{:.1f}", s)) + " s";
}

// The bytes of one character or of one colour sequence at `at`, and whether it takes a column.
std::pair<std::size_t, bool> character(std::string_view text, std::size_t at) {
  if (text[at] == '\x1b') return {std::min(text.find('m', at), text.size() - 1) - at + 1, false};
  std::size_t end = at + 1;
  while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) ++end;
  return {end - at, true};
}

std::string_view word_at(std::string_view text, std::size_t from) {
  return text.substr(from, std::min(text.find(' ', from), text.size()) - from);
}

bool is_unit(std::string_view word) {
  const std::string_view bare = word.substr(0, word.find_first_of(".,;:)"));
  return bare == "%" || bare == "s" || bare == "ms" || bare == "kB" || bare == "MB" || bare == "GB";
}

// The end of what stays on one line: a word, or a number with its unit and its half width.
std::size_t end_of_unit(std::string_view text, std::size_t from) {
  std::string_view word = word_at(text, from);
  std::size_t end = from + word.size();
  while (end < text.size()) {
    const std::string_view next = word_at(text, end + 1);
    if (word != "±" && next != "±" && !is_unit(next)) break;
    word = next;
    end += 1 + next.size();
  }
  return end;
}

}  // namespace

std::string duration(double seconds) {
  if (seconds < 0) return "-" + duration(-seconds);
  if (seconds < 59.95) return below_a_minute(seconds);
  constexpr double most = 1e12;  // 30,000 years: no result, but a file may say so
  if (!(seconds < most)) return fmt::format("{:.3g} s", seconds);
  const std::int64_t whole = std::llround(seconds);
  if (whole < 3600) return two_units(whole, 60, 'm', 's');
  const std::int64_t minutes = std::llround(seconds / 60);
  if (minutes < std::int64_t{24} * 60) return two_units(minutes, 60, 'h', 'm');
  return two_units(std::llround(seconds / 3600), 24, 'd', 'h');
}

std::string count(double n) {
  if (n < 0) return "-" + count(-n);
  if (n == std::floor(n) && n < 1e15) return grouped(static_cast<std::uint64_t>(n));
  if (n < 9.995) return trimmed(n < 0.01 ? fmt::format("{:.2g}", n) : fmt::format("{:.2f}", n));
  if (n < 999.5) return trimmed(fmt::format("{:.1f}", n));
  return n < 1e15 ? grouped(static_cast<std::uint64_t>(std::llround(n))) : fmt::format("{:.3g}", n);
}

std::string counted(std::uint64_t n, const char* one, const char* many) {
  return fmt::format("{} {}", count(static_cast<double>(n)), n == 1 ? one : many);
}

std::string share(double part) {
  const double percent = part * 100;
  if (part == 0 || part == 1 || (percent >= 9.95 && percent < 90)) return fmt::format("{:.0f} %", percent);
  if (percent < 0.05) return "under 0.1 %";
  return percent < 99.95 ? trimmed(fmt::format("{:.1f}", percent)) + " %" : "over 99.9 %";
}

std::string bytes(double n) {
  if (n < 1e6) return fmt::format("{:.0f} kB", n / 1e3);
  return n < 1e9 ? fmt::format("{:.0f} MB", n / 1e6) : fmt::format("{:.1f} GB", n / 1e9);
}

std::string in_unit(double x, std::string_view unit) {
  if (unit == "s") return duration(x);
  if (unit == "1") return fmt::format("{:.3g}", x);
  if (unit == "USD" && x < 1000) return fmt::format("{:.2f}", x);
  return count(x);
}

std::string half_width(double x, std::string_view unit) {
  const auto two_digits = [](double y) {
    return y >= 9.95 ? count(std::round(y)) : fmt::format("{:.2g}", y);
  };
  if (unit == "USD" && x < 1000) return fmt::format("{:.2f}", x);
  if (unit != "s") return two_digits(x);
  if (x >= 59.5) return duration(x);
  return x < 0.995 ? two_digits(x * 1e3) + " ms" : two_digits(x) + " s";
}

std::string value(const analysis::Metric& metric) {
  if (metric.value) {
    std::string text = metric.at_least ? "at least " : "";
    const bool per_second = metric.unit == "1/s";
    text += in_unit(*metric.value, per_second ? "" : metric.unit);
    constexpr double cent = 0.01;
    const double least = metric.unit == "USD" ? cent : 0;  // of an interval worth its words
    const bool wide = metric.ci95 && metric.ci95->high - metric.ci95->low > least;
    if (wide && metric.method != analysis::Method::student_t)  // it has no middle
      text += fmt::format(" (95 % interval {} to {})", in_unit(metric.ci95->low, metric.unit),
                          in_unit(metric.ci95->high, metric.unit));
    else if (wide)
      text += " ± " + half_width((metric.ci95->high - metric.ci95->low) / 2, metric.unit);
    return per_second ? text + " a second" : text;
  }
  if (metric.at_least) return "not reached (at least " + in_unit(*metric.at_least, metric.unit) + ")";
  return "nothing to report";
}

std::size_t columns(std::string_view text) {
  std::size_t n = 0;
  for (std::size_t at = 0; at < text.size();) {
    const auto [size, visible] = character(text, at);
    n += visible ? 1 : 0;
    at += size;
  }
  return n;
}

std::string pad(std::string_view text, std::size_t to) {
  const std::size_t have = columns(text);
  return std::string(text) + std::string(have < to ? to - have : 0, ' ');
}

std::string pad_left(std::string_view text, std::size_t to) {
  const std::size_t have = columns(text);
  return std::string(have < to ? to - have : 0, ' ') + std::string(text);
}

std::string wrap(std::string_view text, std::size_t indent) {
  std::string out(indent, ' ');
  std::size_t used = indent;
  for (std::size_t from = 0; from < text.size();) {
    const std::size_t end = end_of_unit(text, from);
    const std::string_view word = text.substr(from, end - from);
    const bool first = used == indent;
    if (!first && used + 1 + columns(word) > width) {
      out += "\n" + std::string(indent, ' ');
      used = indent;
    } else if (!first) {
      out += ' ';
      ++used;
    }
    out += word;
    used += columns(word);
    from = end + 1;
  }
  return out + "\n";
}

}  // namespace output::words
