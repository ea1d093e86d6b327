// What the program says when it stops itself over a broken invariant.
#pragma once
#include <catch2/catch.hpp>
#include <string>

#include "sim/child.hpp"

namespace support {

// Of act(), which runs in a process of its own.
template <class Act>
std::string last_words(const Act& act) {
  const sim::ChildResult result = sim::in_child([&]() -> std::string {
    act();
    return "";
  });
  CHECK_FALSE(result.ok);
  return result.error;
}

}  // namespace support
