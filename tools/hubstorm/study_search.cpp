// The searches of hubstorm study, and what they share.
#include "tools/hubstorm/study_search.hpp"
#include "tools/output/streams.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <memory>

namespace hubstorm {
namespace {

std::string id_of(const study::Unit& unit) { return study::unit_id(*unit.point, unit.replication); }

}  // namespace

void UnitReports::ensure(const std::vector<study::Unit>& units) {
  std::vector<study::Unit> missing;
  for (const study::Unit& unit : units)
    if (reports_.count(id_of(unit)) == 0 && store_.state(id_of(unit)) != study::Store::State::whole)
      missing.push_back(unit);
  if (!missing.empty()) runner_.run(missing);
  if (runner_.any_failed()) {
    runner_.report();
    throw Failure(exit_study_incomplete, "a replication failed, so that nothing can be decided");
  }
}

const measures::Report& UnitReports::report(const study::Unit& unit) {
  const std::string id = id_of(unit);
  const auto known = reports_.find(id);
  if (known != reports_.end()) return known->second;
  std::optional<study::Kept> read = store_.read(id);
  if (!read)
    throw Failure(exit_file,
                  "a result in " + store_.folder() + " is gone or torn; run the same command again");
  return reports_[id] = std::move(read->report);
}

const char* standing_word(study::Standing standing) {
  switch (standing) {
    case study::Standing::open:
      return "open";
    case study::Standing::meets:
      return "meets";
    case study::Standing::misses:
      return "misses";
  }
  return "";
}

void require_expectations(const study::Plan& plan, const std::string& file) {
  for (const study::Point& point : plan.points)
    if (point.expect.empty())
      throw Failure(exit_invalid,
                    fmt::format("{}: nothing is expected; write expect: [recovery.hub2.p99 < 15m]", file));
}

std::string expected(const study::Point& point) {
  std::string text;
  for (const application::Expectation& one : point.expect) text += (text.empty() ? "" : ", ") + one.text;
  return text;
}

output::Style style_of(const Common& common) {
  return output::Style{output::use_colour(common.colour, STDOUT_FILENO)};
}

Exit too_close(const SearchOptions& options) {
  if (options.strict) return exit_inconclusive;
  output::say(fmt::format("warning: too close to call; more replications (max) may tell\n"));
  return exit_ok;
}

std::vector<Command> add_study_searches(const CommandLine& app, const Common& common) {
  std::vector<Command> all;
  const auto add = [&](const char* name, const char* what,
                       Exit (*action)(const SearchOptions&, const Common&)) {
    const auto options = std::make_shared<SearchOptions>();
    const CommandLine sub = app.subcommand(name, what);
    add_study_file(sub, options->study);
    add_study_running(sub, options->study);
    sub.flag("--json", options->json, "As JSON");
    sub.flag("--strict", options->strict, "Exit code 12 where something is too close to call");
    all.push_back({sub, [options, action, &common] { return action(*options, common); }});
  };
  add("optimise", "Finds the best point that meets the expectations, with few replications", optimise);
  add("headroom", "Finds the largest fleet that meets the expectations", find_headroom);
  return all;
}

}  // namespace hubstorm
