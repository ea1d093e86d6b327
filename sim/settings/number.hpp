// The number at the start of a text, exactly: digits and the power of ten they are scaled by.
#pragma once
#include <cstdint>
#include <string_view>

#include "sim/settings/quantity.hpp"

namespace sim::settings {

struct Decimal {
  std::uint64_t digits = 0;  // value = digits / 10^scale
  int scale = 0;
};

// A number without sign or exponent at the start of `text`, and what follows it. Leading zeros and more
// digits than fit are refused.
struct Leading {
  Decimal number;
  std::string_view written;
  std::string_view rest;
};
Parsed<Leading> leading_number(std::string_view text);

// digits x factor / 10^scale, as a whole number; a problem if it is none or does not fit in 63 bits.
Parsed<std::uint64_t> scaled(const Decimal& number, std::uint64_t factor, std::string_view smallest);

}  // namespace sim::settings
