// hubstorm study: plans, runs and sums up many replications of many points.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <memory>

#include "tools/hubstorm/commands.hpp"
#include "tools/hubstorm/interrupt.hpp"
#include "tools/hubstorm/scenario_file.hpp"
#include "tools/hubstorm/study_file.hpp"
#include "tools/output/escape.hpp"
#include "tools/output/grid.hpp"
#include "tools/output/json.hpp"
#include "tools/output/streams.hpp"
#include "tools/output/study_writers.hpp"
#include "tools/output/words.hpp"

namespace hubstorm {
namespace {

struct StudyRunOptions {
  StudyOptions study;
  std::string format{output::study_writers[0].format.kind};
  bool json = false;
};

// What a point has and needs.
struct PointStanding {
  const study::Point* point;
  study::Progress progress;
};

std::vector<PointStanding> standings(const study::Plan& plan, study::Needs& needs) {
  std::vector<PointStanding> all;
  for (const study::Point& point : plan.points) all.push_back({&point, needs.of(point)});
  return all;
}

std::string standing_json(const study::Plan& plan, const std::vector<PointStanding>& all, std::size_t old) {
  nlohmann::ordered_json json{
      {"schema_version", 1}, {"study", plan.settings.name}, {"points", nlohmann::json::array()}};
  for (const PointStanding& one : all)
    json["points"].push_back({{"point", one.point->number},
                              {"label", one.point->label},
                              {"set", one.point->set},
                              {"wanted", one.progress.wanted},
                              {"there", one.progress.there},
                              {"torn", one.progress.torn},
                              {"complete", one.progress.settled}});
  json["files_of_no_point"] = old;
  return output::json_text(json) + "\n";
}

// A line a point, and what is left to do.
std::string standing_text(const study::Plan& plan, const std::vector<PointStanding>& all, std::size_t old,
                          const StudyOptions& options) {
  std::vector<output::Row> rows{{"point", "settings", "replications"}};
  std::uint64_t left = 0, torn = 0;
  for (const PointStanding& one : all) {
    std::string state = fmt::format("{} of {}", one.progress.there, one.progress.wanted);
    if (one.progress.torn > 0) state += fmt::format(", {} torn", one.progress.torn);
    rows.push_back({std::to_string(one.point->number), output::escape::terminal(one.point->label), state});
    left += one.progress.wanted - one.progress.there;
    torn += one.progress.torn;
  }
  std::string text = output::grid(rows, 2) + "\n";
  const std::string run = "`hubstorm study run " + output::escape::shell(path_word(options.file)) + "`";
  if (left > 0)
    text += output::words::wrap(fmt::format("{} replications are to be run{}: {} runs them.", left,
                                            plan.settings.precision ? ", perhaps more for the precision" : "",
                                            run));
  else
    text += output::words::wrap("All replications are there.");
  if (torn > 0) text += output::words::wrap(fmt::format("{} torn files will be written anew.", torn));
  if (old > 0)
    text += output::words::wrap(fmt::format(
        "{} more results in {} are of other settings, of a search or of another version; they are kept.", old,
        output::escape::terminal(options.folder())));
  return text;
}

Exit show_standing(const StudyRunOptions& options) {
  const study::Plan plan = load_plan(options.study);
  const study::Store store(options.study.folder());
  study::Needs needs(plan, store);
  const std::vector<PointStanding> all = standings(plan, needs);
  const std::size_t old = needs.stale();
  output::write_stdout(options.json ? standing_json(plan, all, old)
                                    : standing_text(plan, all, old, options.study));
  return exit_ok;
}

void write_files(const study::Results& results, const study::Store& store) {
  for (const output::StudyWriter& writer : output::study_writers)
    if (!writer.file.empty())
      store.write_output(std::string(writer.file), writer.write({results, output::Style{}}));
}

// The names of the files that a study has in its folder, "a, b".
std::string file_names() {
  std::string names;
  for (const output::StudyWriter& writer : output::study_writers)
    if (!writer.file.empty()) names.append(names.empty() ? "" : ", ").append(writer.file);
  return names;
}

// The kinds that --format knows.
std::vector<std::string> printed() {
  std::vector<std::string> all;
  for (const output::StudyWriter& writer : output::study_writers)
    if (writer.printed) all.emplace_back(writer.format.kind);
  return all;
}

std::string document(const study::Results& results, const StudyRunOptions& options, const Common& common) {
  const std::string format = options.json ? "json" : options.format;
  const auto* writer =
      std::find_if(std::begin(output::study_writers), std::end(output::study_writers),
                   [&](const output::StudyWriter& one) { return one.format.kind == format; });
  const std::string text =
      writer->write({results, output::Style{output::use_colour(common.colour, STDOUT_FILENO)}});
  if (writer != std::begin(output::study_writers)) return text;
  return text +
         fmt::format("\nFiles: {} in {}\n", file_names(), output::escape::terminal(options.study.folder()));
}

Exit sum_up(const study::Plan& plan, const study::Store& store, const StudyRunOptions& options,
            const Common& common) {
  const study::Results results = study::collect(plan, store);
  store.forget_outputs();
  write_files(results, store);
  if (!options.study.quiet) output::write_stdout(document(results, options, common));
  return results.complete ? exit_ok : exit_study_incomplete;
}

Exit run_study(const StudyRunOptions& options, const Common& common) {
  const InterruptGuard guard;
  const study::Plan plan = load_plan(options.study, &guard);
  const study::Lock lock = lock_folder(options.study);
  const study::Store store(options.study.folder());
  store.sweep();
  study::Needs needs(plan, store);
  UnitRunner runner(options.study, plan, store, guard);
  for (std::vector<study::Unit> units = needs.missing(); !units.empty(); units = needs.missing()) {
    store.forget_outputs();
    if (!runner.run(units)) break;
  }
  runner.report();
  return sum_up(plan, store, options, common);
}

Exit collect_study(const StudyRunOptions& options, const Common& common) {
  const study::Plan plan = load_plan(options.study);
  const study::Lock lock = lock_folder(options.study);
  return sum_up(plan, study::Store(options.study.folder()), options, common);
}

}  // namespace

Command add_study(const CommandLine& root, const Common& common) {
  const CommandLine app =
      root.subcommand("study", "Runs many variants of a scenario and says what each of them gives");
  app.footer(
      "Exit codes:\n"
      "   0  done, whatever the points meet\n"
      "   1  internal error\n"
      "   2  wrong command line\n"
      "   3  study or scenario invalid\n"
      "   4  a file cannot be read or written, or memory, processes or descriptors ran out\n"
      "  10  optimise, headroom: nothing meets the expectations\n"
      "  12  optimise, headroom: too close to call (with --strict)\n"
      "  13  some replications are missing, or broke\n"
      "  75  interrupted; run again to go on\n");
  const auto options = std::make_shared<StudyRunOptions>();
  const auto actions = std::make_shared<std::vector<Command>>();
  const auto add = [&](const std::string& name, const std::string& what, std::function<Exit()> action) {
    const CommandLine sub = app.subcommand(name, what);
    add_study_file(sub, options->study);
    actions->push_back({sub, std::move(action)});
    return sub;
  };
  const auto add_format = [&](const CommandLine& sub) {
    sub.option("--format", options->format, "Of what is printed").type_name("KIND").one_of(printed());
    sub.flag("--json", options->json, "The same as --format json");
  };
  const CommandLine plan =
      add("plan", "Shows the points, and what is to be run", [options] { return show_standing(*options); });
  plan.flag("--json", options->json, "As JSON");
  const CommandLine run = add("run", "Runs what is missing, then collects; run it again to go on",
                              [options, &common] { return run_study(*options, common); });
  add_study_running(run, options->study);
  add_format(run);
  const CommandLine status =
      add("status", "Shows what is there", [options] { return show_standing(*options); });
  status.flag("--json", options->json, "As JSON");
  const CommandLine collect = add("collect", "Sums up what is there: tables, database",
                                  [options, &common] { return collect_study(*options, common); });
  add_format(collect);
  for (Command& search : add_study_searches(app, common)) actions->push_back(std::move(search));
  app.require_subcommand();
  return {app, [actions] {
            for (const Command& command : *actions)
              if (command.line.parsed()) return command.action();
            return exit_internal;
          }};
}

}  // namespace hubstorm
