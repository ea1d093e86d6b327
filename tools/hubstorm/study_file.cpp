#include "tools/hubstorm/study_file.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>

#include "sim/pool.hpp"
#include "tools/hubstorm/progress_bar.hpp"
#include "tools/hubstorm/scenario_file.hpp"
#include "tools/output/streams.hpp"

namespace hubstorm {
namespace {

namespace fs = std::filesystem;

std::string scenario_path(const StudyOptions& options, const study::Settings& settings) {
  return (fs::path(options.file).parent_path() / settings.scenario).string();
}

std::string trimmed(std::string text) {
  while (text.ends_with('\n')) text.pop_back();
  return text;
}

std::string how_it_ended(int code) {
  return code > 128 ? fmt::format("ended by signal {}", code - 128) : fmt::format("ended with code {}", code);
}

study::Settings load_settings(const StudyOptions& options) {
  try {
    return study::load(read_text(options.file), options.file);
  } catch (const sim::settings::Invalid& invalid) {
    throw Failure(exit_invalid, trimmed(invalid.what()), true);
  }
}

// The base scenario with overrides; throws Invalid as the reader does, Failure when a file cannot be read.
study::LoadScenario scenario_loader(const StudyOptions& options, const study::Settings& settings) {
  return [file = std::make_shared<const ScenarioFile>(scenario_path(options, settings))](
             const std::vector<std::string>& overrides) { return file->load(overrides); };
}

}  // namespace

std::string StudyOptions::folder() const {
  return dir.empty() ? fs::path(file).replace_extension(".results").string() : dir;
}

void add_study_file(const CommandLine& app, StudyOptions& options) {
  app.option("FILE", options.file, "The study").type_name("").required();
  app.option("--dir", options.dir, "Folder of the results; unless given, FILE with .results instead of .yaml")
      .type_name("DIR");
}

void add_study_running(const CommandLine& app, StudyOptions& options) {
  options.jobs = sim::processors();
  app.option("--jobs", options.jobs, "Processes at a time; the results do not depend on it")
      .type_name("N")
      .default_text("processors")
      .between(1, 4096);
  app.flag("--quiet", options.quiet, "No table and no progress");
}

study::Plan load_plan(const StudyOptions& options, const InterruptGuard* guard) {
  const study::Settings settings = load_settings(options);
  const auto on_step = [guard] {
    if (guard && guard->interrupted())
      throw Failure(
          exit_interrupted,
          "interrupted while the points were worked out; nothing was run. Run the same command again.");
  };
  try {
    return study::make_plan(settings, scenario_loader(options, settings), on_step);
  } catch (const study::Unusable& problem) {
    throw Failure(exit_invalid, fmt::format("{}: {}", options.file, trimmed(problem.what())));
  }
}

study::Lock lock_folder(const StudyOptions& options) {
  for (const char* output : study::outputs) refuse_input(options.folder() + "/" + output, "the output");
  return study::Lock(options.folder());
}

UnitRunner::UnitRunner(const StudyOptions& options, const study::Plan& plan, const study::Store& store,
                       const InterruptGuard& guard)
    : options_(options), plan_(plan), store_(store), guard_(guard) {}

bool UnitRunner::run(const std::vector<study::Unit>& units) {
  std::vector<study::Unit> left;
  for (const study::Unit& unit : units)
    if (failed_ids_.count(study::unit_id(*unit.point, unit.replication)) == 0) left.push_back(unit);
  if (left.empty()) return false;
  ProgressBar bar(::isatty(STDERR_FILENO) ? ProgressBar::Place::terminal : ProgressBar::Place::log);
  study::Running how;
  how.jobs = options_.jobs;
  how.interrupted = [this] { return guard_.interrupted(); };
  if (!options_.quiet)
    how.on_progress = [&](std::uint64_t done) {
      bar.show([&](double wall_s) { return study_progress_line(done, left.size(), wall_s); });
    };
  study::Ran ran = study::run_units(left, plan_, store_, how);
  if (ran.interrupted)
    throw Failure(
        exit_interrupted,
        fmt::format("interrupted after {} of {} replications, which are kept. The same command goes on.",
                    ran.done, left.size()));
  for (study::Failed& failed : ran.failed) {
    failed_ids_.insert(study::unit_id(*failed.unit.point, failed.unit.replication));
    failed_.push_back(std::move(failed));
  }
  return true;
}

void UnitRunner::report() const {
  constexpr std::size_t most_shown = 10, most_of_label = 200;
  for (std::size_t i = 0; i < std::min(most_shown, failed_.size()); ++i) {
    const study::Failed& one = failed_[i];
    output::say(fmt::format("error: replication {} of point {} ({}) {}, twice\n", one.unit.replication + 1,
                            one.unit.point->number,
                            sim::settings::excerpt(one.unit.point->label, most_of_label),
                            how_it_ended(one.exit_code)));
    if (!one.message.empty()) output::say(fmt::format("{}\n", trimmed(one.message)));
    output::say(fmt::format("  {}\n", study::reproduce(path_word(scenario_path(options_, plan_.settings)),
                                                       *one.unit.point, one.unit.replication)));
  }
  if (failed_.size() > most_shown) output::say(fmt::format("and {} more\n", failed_.size() - most_shown));
}

}  // namespace hubstorm
