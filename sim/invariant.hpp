// Broken invariants stop the program, in release builds too: a wrong number that looks right is the worst
// outcome.
#pragma once
#include <fmt/format.h>

#include <string>
#include <utility>

namespace sim {

// Prints "internal error: <what>" to stderr and aborts.
[[noreturn]] void broken(const std::string& what);

// Aborts with the formatted message unless `holds`.
template <class... Args>
void require(bool holds, fmt::format_string<Args...> text, Args&&... args) {
  if (!holds) [[unlikely]]
    broken(fmt::format(text, std::forward<Args>(args)...));
}

}  // namespace sim
