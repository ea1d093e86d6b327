#include "models/money.hpp"

namespace money {

using namespace sim::settings;

namespace {

constexpr double most = 1e9;

std::string format_dollars(double amount) { return format_decimal(amount) + " USD"; }

}  // namespace

Value<double> dollars(const std::string& example) {
  const Shape shape = quantity_shape("an amount such as " + example, example, "[0-9]+(\\.[0-9]+)? USD",
                                     {{format_dollars(0), format_dollars(most)}});
  const auto parse = [example](std::string_view text) -> Parsed<double> {
    constexpr std::string_view unit = " USD";
    if (text.size() <= unit.size() || text.substr(text.size() - unit.size()) != unit)
      return Problem{"is no amount in US dollars", "write it like " + example};
    return within<double>(parse_decimal(text.substr(0, text.size() - unit.size())), 0, most, format_dollars);
  };
  return from_text<double>(shape, parse, format_dollars);
}

}  // namespace money
