#include "tools/output/csv.hpp"

#include <fmt/format.h>

#include <cmath>

namespace output::csv {

std::string number(double x) { return std::isfinite(x) ? fmt::format("{}", x) : std::string(); }

std::string number(const std::optional<double>& x) { return x ? number(*x) : std::string(); }

}  // namespace output::csv
