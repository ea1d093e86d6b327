// hubstorm compare: whether new results are worse than a baseline, for people and for pipelines.
#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <memory>

#include "tools/hubstorm/commands.hpp"
#include "tools/hubstorm/export_target.hpp"
#include "tools/hubstorm/gates.hpp"
#include "tools/hubstorm/scenario_file.hpp"
#include "tools/output/comparison_writers.hpp"
#include "tools/output/file.hpp"
#include "tools/output/streams.hpp"
#include "tools/output/words.hpp"

namespace hubstorm {
namespace {

using analysis::Verdict;
using output::Compared;
using output::StoredSummary;

struct CompareOptions {
  std::vector<std::string> files;
  std::string baseline;
  std::vector<std::string> tolerances;
  std::vector<std::string> exports;
  std::string format{output::comparison_writers[0].format.kind};
  std::string fail_on = "regression";
  std::string level = "95%";
  bool exact = false;
  bool allow_different = false;
  bool strict = false;
  bool json = false;
  bool quiet = false;
};

std::vector<output::Format> formats() { return output::formats(output::comparison_writers); }

std::string compare_footer() {
  return "A is the baseline, B the new result; both are written by hubstorm run --export PATH.json, or\n"
         "--export baseline:PATH for one that is kept. Results of one seed are compared replication by\n"
         "replication, others as independent samples. docs/ci.md explains verdicts, tolerances and "
         "pipelines.\n"
         "Formats, and exports as KIND:PATH or by the ending of PATH:\n" +
         formats_help(formats());
}

// Ten thousand replications of a thousand metrics have a fifth of it. Reading takes several times the size in
// memory.
constexpr std::size_t most_of_summary = std::size_t{1} << 30;

StoredSummary read(const std::string& path) {
  const std::string text = read_text(path, most_of_summary + 1);
  if (text.size() > most_of_summary)
    throw Failure(exit_invalid, fmt::format("{}: has more than the {} MiB that a summary may have", path,
                                            most_of_summary >> 20));
  try {
    return output::read_summary(text);
  } catch (const output::NotASummary& problem) {
    throw Failure(exit_invalid, fmt::format("{}: {}", path, problem.what()));
  }
}

// Where the baseline of a scenario is: the file that is named, or the scenario's in the folder that is named.
std::string baseline_path(const std::string& given, const StoredSummary& result) {
  std::error_code unknown;  // then reading it says why
  if (!std::filesystem::is_directory(given, unknown)) return given;
  const std::string name = result.scenario + ".json";
  if (std::filesystem::path(name).filename() != name || name.find('\0') != std::string::npos)
    throw Failure(exit_invalid,
                  fmt::format("a scenario called \"{}\" has no place in {}", result.scenario, given));
  std::string path = (std::filesystem::path(given) / name).string();
  if (!std::filesystem::exists(path, unknown))
    throw Failure(exit_file,
                  fmt::format("{} has no baseline of {}; make it with hubstorm run ... --export baseline:{}",
                              given, result.scenario, path));
  return path;
}

// One that cannot be read, found or compared must not hide what the others say.
struct Failed {
  std::vector<Failure> failures;

  // Notes the problem where `act` fails for this result.
  template <class Act>
  void attempt(Compared& compared, const Act& act) {
    try {
      act();
    } catch (const Failure& failure) {
      if (failure.code != exit_invalid && failure.code != exit_file) throw;
      compared.problem = failure.what();
      failures.push_back(failure);
    }
  }
};

std::vector<Compared> paths_of(const CompareOptions& options) {
  const auto from_input =
      std::count(options.files.begin(), options.files.end(), "-") + (options.baseline == "-" ? 1 : 0);
  if (from_input > 1)
    throw Failure(exit_usage, "only one of the results can be read from standard input (-)");
  const bool pair = options.baseline.empty();
  if (pair && options.files.size() != 2)
    throw Failure(exit_usage, "give two results, the baseline and the new one, or --baseline and new ones");
  std::vector<Compared> all;
  for (std::size_t i = pair ? 1 : 0; i < options.files.size(); ++i) {
    all.emplace_back();
    all.back().baseline_path = pair ? options.files[0] : options.baseline;
    all.back().result_path = options.files[i];
  }
  return all;
}

void check_same_scenario(const Compared& compared, const CompareOptions& options) {
  if (compared.baseline.scenario_hash == compared.result.scenario_hash || options.allow_different) return;
  throw Failure(
      exit_invalid,
      fmt::format("{} and {} are of different scenarios, {} ({}) and {} ({}); if the scenario was changed on "
                  "purpose, make the baseline anew, or compare all the same with --allow-different",
                  compared.baseline_path, compared.result_path, compared.baseline.scenario,
                  compared.baseline.scenario_hash.substr(0, 8), compared.result.scenario,
                  compared.result.scenario_hash.substr(0, 8)));
}

void read_both(Compared& compared, const CompareOptions& options) {
  compared.result = read(compared.result_path);
  compared.baseline_path = baseline_path(compared.baseline_path, compared.result);
  compared.baseline = read(compared.baseline_path);
  check_same_scenario(compared, options);
}

double level_of(const CompareOptions& options) {
  const auto parsed = sim::settings::parse_share(options.level);
  const double* level = std::get_if<double>(&parsed);
  if (!level || *level < 0.5 || *level > 0.9999)
    throw Failure(exit_usage,
                  fmt::format("--level {}: a share from 50% to 99.99%, with its % sign", options.level));
  return *level;
}

// A delay is one of the messages that arrived: those that no longer do make it look shorter.
std::vector<std::string> delivered_only(const Compared& compared) {
  const auto value = [](const StoredSummary& of, const std::string& metric) {
    const auto found = of.side.metrics.find(metric);
    return found == of.side.metrics.end() ? 0.0 : found->second.value.value_or(0);
  };
  const bool judged = std::any_of(
      compared.comparison.gates.begin(), compared.comparison.gates.end(),
      [](const auto& gate) { return gate.gate.tolerance.metric.find(".delay.") != std::string::npos; });
  std::vector<std::string> notes;
  for (const char* metric : {"telemetry.lost", "telemetry.buffered"}) {
    const double a = value(compared.baseline, metric), b = value(compared.result, metric);
    if (!judged || b <= a) continue;
    notes.push_back(fmt::format(
        "a delay is that of the messages that arrived, and {} grew from {} to {}: judge it as well.", metric,
        output::words::count(a), output::words::count(b)));
  }
  return notes;
}

std::vector<std::string> notes_of(const Compared& compared) {
  std::vector<std::string> notes;
  if (compared.default_tolerances)
    notes.emplace_back(
        "nobody named a tolerance: 2 % for the metrics of expectations and the p99 and unrecovered of each "
        "fault; name "
        "them in the scenario (tolerances) or with --tolerance.");
  if (compared.baseline.scenario_hash != compared.result.scenario_hash)
    notes.emplace_back("the two results are of different scenarios.");
  if (compared.baseline.version != compared.result.version)
    notes.push_back(fmt::format("made by different versions of hubstorm, {} and {}.",
                                compared.baseline.version, compared.result.version));
  if (compared.exact) return notes;
  for (std::string& note : delivered_only(compared)) notes.push_back(std::move(note));
  const std::uint32_t a = compared.baseline.side.replications, b = compared.result.side.replications;
  if (compared.baseline.side.seed == compared.result.side.seed && a != b)
    notes.push_back(fmt::format("{} and {} replications; those that both have are compared.", a, b));
  if (std::min(a, b) < analysis::enough_replications)
    notes.push_back(
        fmt::format("fewer than {} replications: intervals of so few rest on the assumption that values "
                    "are normally distributed.",
                    analysis::enough_replications));
  return notes;
}

void judge(Compared& compared, const CompareOptions& options, const std::vector<GivenTolerance>& given) {
  compared.exact = options.exact;
  if (options.exact) {
    compared.differences = analysis::differences(compared.baseline.side, compared.result.side);
  } else {
    Gates gates = gates_of(compared.baseline, compared.result, given);
    compared.default_tolerances = gates.by_default;
    compared.notes = std::move(gates.notes);
    compared.comparison =
        analysis::compare(compared.baseline.side, compared.result.side, gates.gates,
                          {level_of(options), options.fail_on == "change",
                           compared.baseline.scenario_hash == compared.result.scenario_hash});
  }
  for (std::string& note : notes_of(compared)) compared.notes.push_back(std::move(note));
}

// --format counts as an export to standard output, unless one goes there or nothing is to be said.
std::vector<ExportTarget> targets_of(const CompareOptions& options) {
  std::vector<std::string> texts = options.exports;
  const bool taken = std::any_of(texts.begin(), texts.end(), [](const std::string& text) {
    return parse_export(text, formats()).path == "-";
  });
  if (options.json)
    texts.emplace_back("json:-");
  else if (!options.quiet && !taken)
    texts.push_back(options.format + ":-");
  return parse_exports(texts, formats());
}

Exit exit_code(Verdict verdict, bool strict) {
  if (verdict == Verdict::fail) return exit_regression;
  return verdict == Verdict::inconclusive && strict ? exit_inconclusive : exit_ok;
}

// Not what only a longer run, or another metric, could.
bool more_would_tell(const std::vector<Compared>& all) {
  const auto would = [](const analysis::GateResult& gate) {
    return gate.verdict == Verdict::inconclusive && !gate.censored &&
           (gate.p || std::min(gate.n_baseline, gate.n_current) < analysis::fewest_replications);
  };
  return std::any_of(all.begin(), all.end(), [&](const Compared& one) {
    return std::any_of(one.comparison.gates.begin(), one.comparison.gates.end(), would);
  });
}

Exit act(const CompareOptions& options, const Common& common) {
  const std::vector<ExportTarget> targets = targets_of(options);
  const std::vector<GivenTolerance> given = parse_tolerances(options.tolerances);
  level_of(options);
  std::vector<Compared> all = paths_of(options);
  Failed failed;
  for (Compared& compared : all) failed.attempt(compared, [&] { read_both(compared, options); });
  if (failed.failures.size() < all.size()) check_tolerances(given, all);
  std::vector<Verdict> verdicts;
  for (Compared& compared : all) {
    if (compared.problem.empty()) failed.attempt(compared, [&] { judge(compared, options, given); });
    verdicts.push_back(verdict_of(compared));
  }
  if (all.size() == 1 && !failed.failures.empty()) throw failed.failures[0];
  check_targets(targets);
  for (const ExportTarget& target : targets) {
    const bool terminal = target.path == "-";
    const output::Style style{terminal && output::use_colour(common.colour, STDOUT_FILENO)};
    const std::string content = output::comparison_writers[target.writer].write({all, options.strict, style});
    terminal ? output::write_stdout(content) : output::write_file(target.path, content);
  }
  for (const Failure& failure : failed.failures) output::say(fmt::format("error: {}\n", failure.what()));
  if (!failed.failures.empty()) return failed.failures[0].code;
  const Verdict verdict = analysis::overall(verdicts);
  if (verdict == Verdict::inconclusive && !options.strict)
    output::say(fmt::format("warning: inconclusive{}; --strict makes this exit with {}\n",
                            more_would_tell(all) ? "; more replications would tell" : "",
                            static_cast<int>(exit_inconclusive)));
  return exit_code(verdict, options.strict);
}

void add_options(const CommandLine& app, CompareOptions& options) {
  app.option("RESULT", options.files, "A B, or with --baseline the new results; - reads standard input")
      .type_name("")
      .required();
  app.option("--baseline", options.baseline, "The baseline, or a folder with <scenario name>.json of each")
      .type_name("PATH");
  const Option tolerance =
      app.option("--tolerance", options.tolerances,
                 "How much worse a metric may be: recovery.hub2.p99=5%, telemetry.lost=20 "
                 "messages; added to those "
                 "of the scenario, or instead of one; repeatable")
          .type_name("METRIC=AMOUNT")
          .one_value_each();
  const Option exact =
      app.flag("--exact", options.exact,
               "Every metric and every value of a single run must be the same to the last bit");
  const Option fail_on = app.option("--fail-on", options.fail_on,
                                    "regression, or change: what is better beyond the tolerance fails too")
                             .type_name("WHAT")
                             .one_of({"regression", "change"});
  app.option("--level", options.level, "Of the intervals, 95% unless given").type_name("SHARE");
  exact.excludes(tolerance).excludes(fail_on);
  app.flag("--allow-different", options.allow_different, "Compare results of different scenarios");
  app.flag("--strict", options.strict, "Exit with 12 when a gate is inconclusive");
  const Option format =
      app.option("--format", options.format, "Of standard output: " + sim::settings::listed(kinds(formats())))
          .type_name("FORMAT")
          .one_of(kinds(formats()));
  app.option("--export", options.exports, "Writes a file, see below; repeatable")
      .type_name("[KIND:]PATH")
      .one_value_each();
  const Option json = app.flag("--json", options.json, "The same as --format json");
  json.excludes(format);
  app.flag("--quiet", options.quiet, "No text on standard output; the exit code tells").excludes(format);
}

}  // namespace

Command add_compare(const CommandLine& root, const Common& common) {
  const CommandLine app = root.subcommand("compare", "Says whether a result is worse than a baseline");
  const auto options = std::make_shared<CompareOptions>();
  add_options(app, *options);
  app.footer(compare_footer() + "\n" + exit_code_help);
  return {app, [options, &common] { return act(*options, common); }};
}

}  // namespace hubstorm
