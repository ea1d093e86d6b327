// Cells of comma-separated values (RFC 4180).
#pragma once
#include <optional>
#include <string>

namespace output::csv {

// The text, in quotes where it has to be.
std::string quoted(const std::string& field);
// The shortest decimal number that reads back as the same double; an unknown is an empty field.
std::string number(double x);
std::string number(const std::optional<double>& x);

}  // namespace output::csv
