// What the cases of a stage share: each is a story, told in a process of its own, since a process has one
// stage.
#pragma once
#include <catch2/catch.hpp>
#include <functional>
#include <string>

#include "sim/child.hpp"
#include "sim/stage.hpp"

namespace stories {

using sim::Duration;
using sim::Member;
using sim::Stage;
using sim::Time;
using namespace std::chrono_literals;

inline Time at(Duration d) { return Time{d}; }
inline std::string text(Time t) { return std::to_string(t.time_since_epoch().count()); }

// What happens on a stage, in order, as one line.
struct Story {
  Stage stage;
  std::string told;
  Story() { stage.add_host("here", 1us); }
  void tell(const std::string& what) { told += told.empty() ? what : " " + what; }
  void member(const std::string& name, int rank, std::function<void(Member&)> body) {
    stage.spawn(name, "here", rank, std::move(body));
  }
  std::string conduct(Time end) {
    stage.conduct(
        end, [](Time) {}, [] {});
    return told;
  }
};

inline std::string told(const std::function<std::string()>& body) {
  const sim::ChildResult result = sim::in_child(body);
  INFO(result.error);
  REQUIRE(result.ok);
  return result.output;
}

inline std::string error_of(const std::function<std::string()>& body) {
  const sim::ChildResult result = sim::in_child(body);
  CHECK_FALSE(result.ok);
  CHECK(result.exit_code != 0);
  return result.error;
}

}  // namespace stories
