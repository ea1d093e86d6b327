// What the subcommands of `hubstorm study` share: the study file, its folder of results, running units.
#pragma once
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "tools/hubstorm/commands.hpp"
#include "tools/hubstorm/interrupt.hpp"
#include "tools/study/plan.hpp"
#include "tools/study/runner.hpp"

namespace hubstorm {

struct StudyOptions {
  std::string file;
  std::string dir;  // empty: beside the file, named after it
  std::uint32_t jobs = 1;
  bool quiet = false;
  std::string folder() const;  // of the results
};

void add_study_file(const CommandLine& app, StudyOptions& options);     // FILE, --dir
void add_study_running(const CommandLine& app, StudyOptions& options);  // --jobs, --quiet

// Reads the study and its scenario, each once. Throws Failure: invalid, or a file; interrupted, where a guard
// is given.
study::Plan load_plan(const StudyOptions& options, const InterruptGuard* guard = nullptr);

// The folder of the results, locked for this command. To be called when the study has been read: throws
// Failure (usage) when one of its files is in the place of an output, output::FileError as study::Lock does.
study::Lock lock_folder(const StudyOptions& options);

// Runs units with progress on stderr, and remembers those that failed.
class UnitRunner {
 public:
  UnitRunner(const StudyOptions& options, const study::Plan& plan, const study::Store& store,
             const InterruptGuard& guard);
  // Runs those that have not failed before. False when none of them is left. Throws Failure when interrupted.
  bool run(const std::vector<study::Unit>& units);
  // Says on stderr which units failed, and how to run each by itself.
  void report() const;
  bool any_failed() const { return !failed_.empty(); }

 private:
  const StudyOptions& options_;
  const study::Plan& plan_;  // as it was read: a study on standard input is read once
  const study::Store& store_;
  const InterruptGuard& guard_;
  std::vector<study::Failed> failed_;
  std::set<std::string> failed_ids_;
};

// study optimise, study headroom.
std::vector<Command> add_study_searches(const CommandLine& app, const Common& common);

}  // namespace hubstorm
