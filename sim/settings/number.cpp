#include "sim/settings/number.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <system_error>

#include "sim/settings/text.hpp"

namespace sim::settings {
namespace {

bool digit(char c) { return c >= '0' && c <= '9'; }

std::string_view digits_of(std::string_view text) {
  const auto end = std::find_if_not(text.begin(), text.end(), digit);
  return text.substr(0, static_cast<std::size_t>(end - text.begin()));
}

std::string_view without_zeros(std::string_view digits) {
  const std::size_t first = digits.find_first_not_of('0');
  return first == std::string_view::npos ? digits.substr(0, 1) : digits.substr(first);
}

// Why a text does not start with a number, as far as it can be told.
Problem no_number(std::string_view text) {
  if (text.empty()) return {"is empty", ""};
  if (text[0] == '-') return {"must not be negative", ""};
  if (text[0] == '+')
    return {"is not a number", fmt::format("write {} without the sign", printable(text.substr(1)))};
  if (text[0] == '.' && text.size() > 1 && digit(text[1]))
    return {"is not a number", fmt::format("write 0{}", printable(text))};
  if (text[0] == '.') return {"is not a number", "infinity and not-a-number are no values"};
  return {"is not a number", ""};
}

// Separators and exponents that people write in numbers.
Problem misread(std::string_view written, std::string_view rest, std::string_view plain) {
  if (rest[0] == 'e' || rest[0] == 'E')
    return {"is not a plain number", "write all digits, without an exponent"};
  if (written == "0" && (rest[0] == 'x' || rest[0] == 'o'))
    return {"is not a plain number", "write it in decimal digits"};
  std::string joined(written);
  for (const char c : rest)
    if (digit(c)) joined += c;
  if ((rest[0] == '_' || rest[0] == '\'' || rest[0] == ',' || rest[0] == ' ') && rest.size() > 1 &&
      digit(rest[1]))
    return {"is not a plain number", fmt::format("write {}", joined)};
  return {fmt::format("is not {}", plain), fmt::format("write {}", written)};
}

}  // namespace

Parsed<Leading> leading_number(std::string_view text) {
  const std::string_view whole = digits_of(text);
  if (whole.empty()) return no_number(text);
  std::string_view rest = text.substr(whole.size());
  std::string_view fraction;
  if (rest.size() > 1 && rest[0] == '.') {
    fraction = digits_of(rest.substr(1));
    if (!fraction.empty()) rest.remove_prefix(1 + fraction.size());
  }
  const std::string_view written = text.substr(0, text.size() - rest.size());
  if (whole.size() > 1 && whole[0] == '0')
    return Problem{"has a leading zero", fmt::format("write {}", std::string(without_zeros(whole)) +
                                                                     std::string(text.substr(whole.size())))};
  const std::string digits = std::string(whole) + std::string(fraction);
  Decimal number{0, static_cast<int>(fraction.size())};
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number.digits);
  if (error != std::errc{} || number.scale > 18) return Problem{"has too many digits", ""};
  return Leading{number, written, rest};
}

Parsed<std::uint64_t> scaled(const Decimal& number, std::uint64_t factor, std::string_view smallest) {
  __extension__ using Wide = unsigned __int128;
  Wide divisor = 1;
  for (int i = 0; i < number.scale; ++i) divisor *= 10;
  const Wide product = Wide{number.digits} * factor;
  if (product % divisor != 0) return Problem{fmt::format("is finer than a {}", smallest), ""};
  if (product / divisor > Wide{INT64_MAX}) return Problem{"is too large", ""};
  return static_cast<std::uint64_t>(product / divisor);
}

Parsed<std::uint64_t> parse_whole(std::string_view text) {
  const Parsed<Leading> parsed = leading_number(text);
  if (const auto* problem = std::get_if<Problem>(&parsed)) return *problem;
  const Leading& leading = std::get<Leading>(parsed);
  if (!leading.rest.empty()) return misread(leading.written, leading.rest, "a whole number");
  if (leading.number.scale > 0) return Problem{"is not a whole number", ""};
  return leading.number.digits;
}

Parsed<double> parse_decimal(std::string_view text) {
  const bool negative = text.size() > 1 && text[0] == '-';
  const Parsed<Leading> parsed = leading_number(negative ? text.substr(1) : text);
  if (const auto* problem = std::get_if<Problem>(&parsed)) return *problem;
  const Leading& leading = std::get<Leading>(parsed);
  if (!leading.rest.empty()) return misread(leading.written, leading.rest, "a number");
  double value = 0;
  std::from_chars(leading.written.data(), leading.written.data() + leading.written.size(), value);
  return negative ? -value : value;
}

std::string format_decimal(double value) {
  char buffer[400];
  const auto [end, error] = std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::fixed);
  return {buffer, end};
}

}  // namespace sim::settings
