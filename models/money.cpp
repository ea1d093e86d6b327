#include "models/money.hpp"

namespace money {

using namespace sim::settings;

Value<double> dollars(const std::string& example) {
  Shape shape;
  shape.pattern = "[0-9]+(\\.[0-9]+)? USD";
  shape.says = "an amount such as " + example;
  shape.example = example;
  const auto parse = [example](std::string_view text) -> Parsed<double> {
    constexpr std::string_view unit = " USD";
    constexpr double most = 1e9;
    if (text.size() <= unit.size() || text.substr(text.size() - unit.size()) != unit)
      return Problem{"is no amount in US dollars", "write it like " + example};
    Parsed<double> amount = parse_decimal(text.substr(0, text.size() - unit.size()));
    if (const auto* number = std::get_if<double>(&amount))
      if (auto problem = outside(*number<0, *number> most, "0 USD", "1000000000 USD")) return *problem;
    return amount;
  };
  return from_text<double>(shape, parse, [](const double& v) { return format_decimal(v) + " USD"; });
}

}  // namespace money
