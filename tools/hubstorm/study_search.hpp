// What the searches of `hubstorm study` share: replications on demand, and words.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "tools/hubstorm/study_file.hpp"
#include "tools/study/race.hpp"

namespace hubstorm {

struct SearchOptions {
  StudyOptions study;
  bool json = false;
  bool strict = false;
};

// Replications of points, run where they are missing; throws Failure when one cannot be had.
class UnitReports {
 public:
  UnitReports(const StudyOptions& options, const study::Plan& plan, const study::Store& store,
              const InterruptGuard& guard)
      : store_(store), runner_(options, plan, store, guard) {}
  void ensure(const std::vector<study::Unit>& units);
  const measures::Report& report(const study::Unit& unit);  // of one that was ensured

 private:
  const study::Store& store_;
  UnitRunner runner_;
  std::map<std::string, measures::Report> reports_;  // by unit id
};

const char* standing_word(study::Standing standing);
// Throws Failure where a point expects nothing.
void require_expectations(const study::Plan& plan, const std::string& file);
std::string expected(const study::Point& point);  // its expectations in one line
output::Style style_of(const Common& common);
// The exit code where something stays open; says so.
Exit too_close(const SearchOptions& options);

Exit optimise(const SearchOptions& options, const Common& common);
Exit find_headroom(const SearchOptions& options, const Common& common);

}  // namespace hubstorm
