// The results of single replications, from the store, run where they are missing.
#pragma once
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "tools/study/runner.hpp"

namespace study {

// How far a point is.
struct Progress {
  std::uint32_t wanted = 0;          // replications, as far as is known yet with a precision
  std::uint32_t there = 0;           // of these
  bool settled = false;              // nothing more is wanted
  std::optional<double> half_width;  // of the interval that a precision is about
};

// How many replications a precision asks for next: the least, then half as many more each time, up to the
// most. The looks are fixed beforehand, so that the answer does not depend on who runs what first.
std::uint32_t next_look(const Precision& precision, std::uint32_t look);

// Reads a point's replications and says how many it needs.
class Needs {
 public:
  Needs(const Plan& plan, const Store& store) : plan_(plan), store_(store) {}

  // From what is in the store now.
  Progress of(const Point& point);
  // The units that are wanted and not there, a replication of all points before the next one.
  std::vector<Unit> missing();

 private:
  bool there(const Point& point, std::uint32_t replication);
  const measures::Value& value(const Point& point, std::uint32_t replication);
  bool precise(const Point& point, std::uint32_t look, Progress& progress);
  const Plan& plan_;
  const Store& store_;
  std::set<std::string> whole_;                                              // ids seen to be whole
  std::map<std::pair<std::size_t, std::uint32_t>, measures::Value> values_;  // of the precision's metric
};

}  // namespace study
