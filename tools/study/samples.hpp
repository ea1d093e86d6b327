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
  std::uint32_t torn = 0;            // files of these that hold no result
  bool settled = false;              // nothing more is wanted
  std::optional<double> half_width;  // of the interval that a precision is about
};

// How many replications a precision asks for next: the least, then half as many more each time, up to the
// most. The looks are fixed beforehand, so that the answer does not depend on who runs what first.
std::uint32_t next_look(const Precision& precision, std::uint32_t look);

// Reads a point's replications and says how many it needs. It looks at the files that there are, not at all
// those that may come.
class Needs {
 public:
  Needs(const Plan& plan, const Store& store) : plan_(plan), store_(store), there_(store.there()) {}

  // From what was in the store when this was made, or when `missing` was asked last.
  Progress of(const Point& point);
  // The units that are wanted and not there now, a replication of all points before the next one. Where they
  // are many, the first of them: ask again when these have been run.
  static constexpr std::size_t most_missing = 1'000'000;
  std::vector<Unit> missing();
  // The replications of a point whose files are there, torn ones too; sorted.
  const std::vector<std::uint32_t>& files(const Point& point) const;
  // Files that belong to no unit of the plan: of other settings, or of another version of the program.
  std::size_t stale() const;

 private:
  bool there(const Point& point, std::uint32_t replication);
  void count(const Point& point, Progress& progress);
  const measures::Value& value(const Point& point, std::uint32_t replication);
  bool precise(const Point& point, std::uint32_t look, Progress& progress);
  const Plan& plan_;
  const Store& store_;
  std::map<std::string, std::vector<std::uint32_t>> there_;                  // as Store::there says
  std::set<std::string> whole_;                                              // ids seen to be whole
  std::map<std::pair<std::size_t, std::uint32_t>, measures::Value> values_;  // of the precision's metric
};

}  // namespace study
