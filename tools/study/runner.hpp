// Runs units in processes of their own and puts their results into the store.
#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "tools/study/plan.hpp"
#include "tools/study/store.hpp"

namespace study {

struct Unit {
  const Point* point = nullptr;
  std::uint32_t replication = 0;  // from 0
};

struct Failed {
  Unit unit;
  int exit_code = 0;    // or 128 + signal
  std::string message;  // what it wrote, at most its last lines
};

struct Ran {
  std::uint64_t done = 0;
  std::vector<Failed> failed;  // after a second try, in the order of the units
  bool interrupted = false;
  double cpu_s = 0;
};

struct Running {
  std::uint32_t jobs = 1;
  std::function<void(std::uint64_t done)> on_progress;  // of the units of this call; may be empty
  std::function<bool()> interrupted;                    // may be empty
};

// Runs the units in their order, several at a time. A unit that breaks is tried once more after the others,
// alone if it was killed, for want of memory say. Throws output::FileError when a result cannot be written;
// the other results that were written stay, and nothing half written does.
Ran run_units(const std::vector<Unit>& units, const Plan& plan, const Store& store, const Running& how);

}  // namespace study
