// hubstorm run: all replications of a scenario, its summary and its exports.
#include <xbt/base.h>  // version.h needs it first

#include <simgrid/version.h>

#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>
#include <limits>
#include <map>
#include <memory>
#include <optional>

#include "models/application/load.hpp"
#include "models/application/metric_names.hpp"
#include "models/application/simulate.hpp"
#include "sim/pool.hpp"
#include "tools/hubstorm/commands.hpp"
#include "tools/hubstorm/export_target.hpp"
#include "tools/hubstorm/interrupt.hpp"
#include "tools/hubstorm/progress_bar.hpp"
#include "tools/hubstorm/replications.hpp"
#include "tools/hubstorm/scenario_file.hpp"
#include "tools/output/escape.hpp"
#include "tools/output/file.hpp"
#include "tools/output/places.hpp"
#include "tools/output/run_writers.hpp"
#include "tools/output/streams.hpp"
#include "tools/output/summary_text.hpp"

namespace hubstorm {
namespace {

using application::Scenario;
using Wall = std::chrono::steady_clock;

struct RunCommandOptions {
  std::string file;
  std::optional<std::uint64_t> seed;
  std::optional<std::uint32_t> replications;
  std::optional<std::uint32_t> only;  // from 1
  std::uint32_t jobs = sim::processors();
  std::vector<std::string> set;
  std::vector<std::string> exports;
  std::string trace;
  std::string carrier = "fleet";
  bool json = false;
  bool quiet = false;
  bool strict = false;
  bool no_parking = false;
};

std::string run_footer() {
  return "Exports, as --export KIND:PATH, or --export PATH with the ending of a kind (run-series.csv is a "
         "series);\n"
         "- is standard output, which then carries nothing else:\n" +
         formats_help(output::formats(output::run_writers));
}

void add_options(const CommandLine& app, RunCommandOptions& options) {
  app.option("FILE", options.file, "The scenario; - reads standard input").type_name("").required();
  app.option("--seed", options.seed, "Instead of the scenario's seed").type_name("N").digits();
  const Option replications =
      app.option("--replications", options.replications, "Instead of the scenario's replications")
          .type_name("N")
          .digits()
          .between(1, application::most_replications);
  app.option("--only", options.only, "Runs this one of the replications, counted from 1, and no other")
      .type_name("N")
      .digits()
      .between(1, application::most_replications)
      .excludes(replications);
  app.option("--jobs", options.jobs, "Processes at a time; the result does not depend on it")
      .type_name("N")
      .default_text("processors")
      .between(1, 4096);
  app.option("--set", options.set, "Overrides a key: path=value, such as fleet[0].devices=2000; repeatable")
      .type_name("PATH=VALUE")
      .one_value_each();
  app.option("--export", options.exports, "Writes a file, see below; repeatable")
      .type_name("[KIND:]PATH")
      .one_value_each();
  app.option(
         "--trace", options.trace,
         "The life of one device: thermostats/17 (from 0), or GROUP/slowest, /median, /affected (the first)")
      .type_name("GROUP/N");
  app.option("--carrier", options.carrier, "fleet, or actor: each device a SimGrid actor, slow; same result")
      .type_name("KIND")
      .one_of({"fleet", "actor"});
  app.flag("--json", options.json, "summary.json on standard output, nothing else there");
  app.flag("--quiet", options.quiet, "No summary and no progress");
  app.flag("--strict", options.strict, "The whole interval must meet an expectation, not only the mean");
  app.flag("--no-parking", options.no_parking, "").hidden();  // for tests: same result, slower
}

std::vector<std::string> overrides(const RunCommandOptions& options) {
  std::vector<std::string> all = options.set;
  if (options.seed) all.push_back(fmt::format("seed={}", *options.seed));
  if (options.replications) all.push_back(fmt::format("replications={}", *options.replications));
  return all;
}

// What --trace asks for: a device by its number, or the one that what happened to it makes worth looking at.
struct Traced {
  std::string group, which;  // which: "slowest", "affected", "median", or empty
  std::uint32_t index = 0;
};

// "thermostats/17", "thermostats/slowest"; the group and the device must be there.
std::optional<Traced> traced(const std::string& text, const Scenario& scenario) {
  if (text.empty()) return std::nullopt;
  const std::size_t slash = std::min(text.find('/'), text.size());
  Traced wanted{text.substr(0, slash), text.substr(std::min(slash + 1, text.size()))};
  const std::string word = wanted.which;
  if (word != "slowest" && word != "affected" && word != "median") {
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), wanted.index);
    if (error != std::errc{} || end != word.data() + word.size())
      throw Failure(exit_usage,
                    fmt::format("--trace {}: give a group and a number, such as thermostats/17, or the "
                                "group's slowest, median or first affected device, as in thermostats/slowest",
                                text));
    wanted.which.clear();
  }
  for (const device::Group& group : scenario.fleet) {
    if (group.name != wanted.group) continue;
    if (wanted.index < group.devices) return wanted;
    throw Failure(exit_usage,
                  fmt::format("--trace {}: {} has devices 0 to {}", text, wanted.group, group.devices - 1));
  }
  throw Failure(exit_usage, fmt::format("--trace {}: the scenario has no group \"{}\"", text, wanted.group));
}

// The device that a word means, by the episodes of a run: of all devices of the group, each counted by its
// longest recovery, in which one that is not back is slower than all that are. The first affected is the
// first to lose service. Equal ones go by their number.
std::optional<std::uint32_t> chosen(const Traced& wanted, const measures::EpisodeTable& table) {
  struct Candidate {
    double time_s;
    std::uint32_t device;
    auto operator<=>(const Candidate&) const = default;
  };
  std::map<std::uint32_t, double> times;
  for (const measures::Episode& e : table.rows) {
    if (table.groups[e.group] != wanted.group) continue;
    const double lasted =
        std::isnan(e.back_s) ? std::numeric_limits<double>::infinity() : e.back_s - e.begin_s;
    const auto [place, fresh] = times.emplace(e.device, wanted.which == "affected" ? e.lost_s : lasted);
    if (!fresh)
      place->second =
          wanted.which == "affected" ? std::min(place->second, e.lost_s) : std::max(place->second, lasted);
  }
  if (times.empty()) return std::nullopt;
  std::vector<Candidate> all;
  for (const auto& [device, time_s] : times) all.push_back({time_s, device});
  std::sort(all.begin(), all.end());
  if (wanted.which == "affected") return all.front().device;
  const double wanted_s = wanted.which == "slowest" ? all.back().time_s : all[(all.size() - 1) / 2].time_s;
  return std::find_if(all.begin(), all.end(), [&](const Candidate& c) { return c.time_s == wanted_s; })
      ->device;
}

bool to_stdout(const std::vector<ExportTarget>& targets) {
  return std::any_of(targets.begin(), targets.end(),
                     [](const ExportTarget& target) { return target.path == "-"; });
}

bool want_episodes(const std::vector<ExportTarget>& targets) {
  return std::any_of(targets.begin(), targets.end(), [](const ExportTarget& target) {
    return output::run_writers[target.writer].wants_episodes;
  });
}

// A trace is text on standard output, or part of the JSON.
void check_trace_has_a_place(const RunCommandOptions& options, const std::vector<ExportTarget>& targets) {
  const bool held = std::any_of(targets.begin(), targets.end(), [](const ExportTarget& target) {
    return output::run_writers[target.writer].holds_trace;
  });
  if (!options.trace.empty() && to_stdout(targets) && !held)
    throw Failure(exit_usage,
                  "--trace has no place to go: standard output is a table; add --export PATH.json");
}

// The command line that gives this result again; what changes no result is left out.
std::string reproduce(const RunCommandOptions& options, const Scenario& scenario) {
  const bool only = options.only.has_value();
  std::string line = fmt::format(
      "hubstorm run {} --seed {} {} {}", output::escape::shell(path_word(options.file)), scenario.seed,
      only ? "--only" : "--replications", only ? *options.only : scenario.replications);
  for (const std::string& assignment : options.set)
    if (!assignment.starts_with("seed=") && !assignment.starts_with("replications="))
      line += " --set " + output::escape::shell(assignment);
  return options.strict ? line + " --strict" : line;
}

std::string simgrid_version() {
  int major = 0, minor = 0, patch = 0;
  sg_version_get(&major, &minor, &patch);
  return patch == 0 ? fmt::format("{}.{}", major, minor) : fmt::format("{}.{}.{}", major, minor, patch);
}

// How many replications are run: all, or one.
std::uint32_t count(const RunCommandOptions& options, const Scenario& scenario) {
  if (!options.only) return scenario.replications;
  if (application::goes_through_places(scenario) && *options.only > scenario.replications)
    throw Failure(exit_usage, fmt::format("--only {}: the faults go through {} replications", *options.only,
                                          scenario.replications));
  return 1;
}

output::Manifest manifest(const RunCommandOptions& options, const Scenario& scenario) {
  return {HUBSTORM_VERSION,
          scenario.name,
          output::scenario_hash(scenario.resolved),
          scenario.seed,
          count(options, scenario),
          simgrid_version(),
          reproduce(options, scenario),
          scenario.warnings};
}

double seconds_since(Wall::time_point started) {
  return std::chrono::duration<double>(Wall::now() - started).count();
}

output::Meta meta(const Outcome& outcome, Wall::time_point started) {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto s = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
  };
  output::Meta meta;
  meta.wall_s = seconds_since(started);
  meta.cpu_s = outcome.cpu_s + s(usage.ru_utime) + s(usage.ru_stime);
  meta.peak_rss_bytes = std::max<std::int64_t>(outcome.peak_rss_bytes, std::int64_t{usage.ru_maxrss} * 1024);
  for (const measures::Report& report : outcome.reports) {
    meta.device_events += report.device_events;
    meta.parked_attempts += report.parked_attempts;
    meta.simulation_s += report.simulation_s;
  }
  return meta;
}

using TracedDevice = std::optional<std::pair<std::string, std::uint32_t>>;

application::RunOptions run_options(const RunCommandOptions& options) {
  application::RunOptions run;
  run.carrier =
      options.carrier == "actor" ? application::CarrierKind::actor : application::CarrierKind::fleet;
  run.parking = !options.no_parking;
  return run;
}

Outcome replicate(const RunCommandOptions& options, const Scenario& scenario, const TracedDevice& trace,
                  bool episodes, const InterruptGuard& guard) {
  std::unique_ptr<ProgressBar> bar;
  if (!options.quiet && ::isatty(STDERR_FILENO))
    bar = std::make_unique<ProgressBar>(ProgressBar::Place::terminal);
  Replications replications;
  replications.count = count(options, scenario);
  replications.jobs = options.jobs;
  replications.simulate = [&](std::uint32_t number, const std::function<void(double)>& progress) {
    application::RunOptions run = run_options(options);
    run.episodes = episodes;
    if (number == 0) run.trace = trace;
    const std::uint32_t replication = options.only ? *options.only - 1 : number;
    run.progress = progress;
    const Wall::time_point started = Wall::now();
    measures::Report report = application::simulate(scenario, replication, run);
    report.simulation_s = seconds_since(started);
    return report;
  };
  if (bar)
    replications.on_progress = [&](const Progress& progress) {
      bar->show([&](double wall_s) { return progress_line(progress, scenario.duration, wall_s); });
    };
  replications.interrupted = [&] { return guard.interrupted(); };
  return run(replications);
}

[[noreturn]] void give_up(const Outcome& outcome, const RunCommandOptions& options,
                          const Scenario& scenario) {
  throw Failure(
      exit_interrupted,
      fmt::format("interrupted after {} of {} replications; nothing was written. Run the same command again.",
                  outcome.reports.size(), count(options, scenario)));
}

// The device to trace; where a word asks for it, the first replication is run once more, before, to find it.
TracedDevice device_to_trace(const RunCommandOptions& options, const Scenario& scenario,
                             const std::optional<Traced>& wanted, const InterruptGuard& guard) {
  if (!wanted) return std::nullopt;
  if (wanted->which.empty()) return std::pair{wanted->group, wanted->index};
  Replications scout;
  scout.simulate = [&](std::uint32_t, const std::function<void(double)>& progress) {
    application::RunOptions run = run_options(options);
    run.episodes = true;
    run.progress = progress;
    return application::simulate(scenario, options.only ? *options.only - 1 : 0, run);
  };
  scout.interrupted = [&] { return guard.interrupted(); };
  const Outcome outcome = run(scout);
  if (outcome.interrupted) give_up(outcome, options, scenario);
  const auto device = chosen(*wanted, outcome.reports.front().episodes);
  if (!device)
    throw Failure(exit_usage,
                  fmt::format("--trace {}: no device of {} lost service to a fault; give a number, such as "
                              "{}/0",
                              options.trace, wanted->group, wanted->group));
  return std::pair{wanted->group, *device};
}

output::Result evaluate(const RunCommandOptions& options, const Scenario& scenario, const Outcome& outcome) {
  output::Result result;
  result.manifest = manifest(options, scenario);
  result.metrics = analysis::combine(outcome.reports);
  if (scenario.replications > 1) result.runs = analysis::single_runs(outcome.reports);
  for (const application::Tolerance& tolerance : scenario.tolerances)
    result.tolerances.emplace_back(tolerance.metric, tolerance.text);
  for (const application::Expectation& expectation : scenario.expect)
    result.judgements.push_back(analysis::judge(expectation, result.metrics, options.strict));
  result.verdict = analysis::overall(result.judgements);
  result.trace = outcome.reports.front().trace;
  result.timeline = outcome.reports.front().timeline;
  result.placed = output::placed_runs(scenario, outcome.reports);
  result.unseen = output::unseen_faults(scenario, outcome.reports);
  result.settling = analysis::settling(outcome.reports, scenario);
  return result;
}

void write(const std::vector<ExportTarget>& targets, const output::RunExport& run) {
  for (const ExportTarget& target : targets) {
    const std::string content = output::run_writers[target.writer].write(run);
    target.path == "-" ? output::write_stdout(content) : output::write_file(target.path, content);
  }
}

// Those of --export; --json counts as json:-.
std::vector<ExportTarget> targets_of(const RunCommandOptions& options) {
  std::vector<std::string> texts = options.exports;
  if (options.json) texts.insert(texts.begin(), "json:-");
  return parse_exports(texts, output::formats(output::run_writers));
}

Exit exit_code(analysis::Verdict verdict) {
  switch (verdict) {
    case analysis::Verdict::pass:
      return exit_ok;
    case analysis::Verdict::fail:
      return exit_expectation;
    case analysis::Verdict::inconclusive:
      return exit_inconclusive;
  }
  return exit_internal;
}

Exit act(const RunCommandOptions& options, const Common& common) {
  const Wall::time_point started = Wall::now();
  const InterruptGuard guard;
  const std::vector<ExportTarget> targets = targets_of(options);
  check_trace_has_a_place(options, targets);
  const Scenario scenario = load_scenario(options.file, overrides(options));
  const auto wanted = traced(options.trace, scenario);
  check_targets(targets);
  for (const std::string& warning : scenario.warnings) output::say(fmt::format("warning: {}\n", warning));
  const TracedDevice trace = device_to_trace(options, scenario, wanted, guard);
  const Outcome outcome = replicate(options, scenario, trace, want_episodes(targets), guard);
  if (outcome.interrupted) give_up(outcome, options, scenario);
  output::Result result = evaluate(options, scenario, outcome);
  result.meta = meta(outcome, started);
  write(targets, {result, outcome.reports});
  if (to_stdout(targets)) return exit_code(result.verdict);
  if (trace)
    output::write_stdout(output::trace_text(fmt::format("{}/{}", trace->first, trace->second), result.trace));
  const output::Style style{output::use_colour(common.colour, STDOUT_FILENO)};
  if (!options.quiet)
    output::write_stdout(output::summary_text({scenario, result, style}, path_word(options.file)));
  return exit_code(result.verdict);
}

}  // namespace

Command add_run(const CommandLine& root, const Common& common) {
  const CommandLine app =
      root.subcommand("run", "Runs a scenario, all its replications, and says what came of it");
  const auto options = std::make_shared<RunCommandOptions>();
  add_options(app, *options);
  app.footer(run_footer() + "\n" + exit_code_help);
  return {app, [options, &common] { return act(*options, common); }};
}

}  // namespace hubstorm
