// Numbers as cells of comma-separated values; escape::csv() makes a cell of a text.
#pragma once
#include <optional>
#include <string>

namespace output::csv {

// The shortest decimal number that reads back as the same double; an unknown is an empty field.
std::string number(double x);
std::string number(const std::optional<double>& x);

}  // namespace output::csv
