// Many functions in processes of their own, some at a time.
#pragma once
#include <cstdint>
#include <functional>
#include <string>

#include "sim/child.hpp"

namespace sim {

// What a pool is to do. All functions but `body` are called in this process.
struct Tasks {
  std::uint32_t jobs = 1;  // processes at a time
  // The number of the next task; false when none is left to begin. Asked again after a task has ended.
  std::function<bool(std::uint64_t& task)> next;
  std::function<std::string(std::uint64_t task, const Child::Note& note)> body;  // in the child
  std::function<void(std::uint64_t task, const ChildResult& result)> on_end;
  std::function<void(std::uint64_t task, const std::string& text)> on_note;  // may be empty
  std::function<void()> on_tick;      // a few times a second; may be empty
  std::function<bool()> interrupted;  // asked a few times a second; may be empty
};

// Runs tasks until `next` has none and all have ended: true. Interrupted, or when a function throws, it kills
// what runs: false, or the exception. No child outlives the call.
bool run_tasks(const Tasks& tasks);

// How many processes this one may run on.
std::uint32_t processors();

}  // namespace sim
