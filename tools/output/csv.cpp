#include "tools/output/csv.hpp"

#include <fmt/format.h>

#include <cmath>

namespace output::csv {

std::string quoted(const std::string& field) {
  if (field.find_first_of(",\"\r\n") == std::string::npos) return field;
  std::string out = "\"";
  for (const char c : field) out += c == '"' ? std::string("\"\"") : std::string(1, c);
  return out + "\"";
}

std::string number(double x) { return std::isfinite(x) ? fmt::format("{}", x) : std::string(); }

std::string number(const std::optional<double>& x) { return x ? number(*x) : std::string(); }

}  // namespace output::csv
