// Broken invariants stop the program, in release builds too: a wrong number that looks right is the worst
// outcome.
#pragma once
#include <fmt/format.h>

#include <string>
#include <type_traits>

namespace sim {

// Prints "internal error: <what>" to stderr and aborts.
[[noreturn]] void broken(const std::string& what);

// Of values and apart, so that whoever requires something keeps nothing in memory for the message.
template <class... Args>
[[noreturn, gnu::cold, gnu::noinline]] void broken_with(fmt::string_view text, Args... args) {
  broken(fmt::vformat(text, fmt::make_format_args(args...)));
}

// Aborts with the formatted message unless `holds`.
template <class... Args>
void require(bool holds, fmt::format_string<Args...> text, Args&&... args) {
  if (!holds) [[unlikely]]
    broken_with<std::decay_t<Args>...>(text, args...);
}

}  // namespace sim
