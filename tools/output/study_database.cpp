// The database of a study, built in memory and handed over as the bytes of its file.
#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <memory>
#include <stdexcept>
#include <variant>

#include "tools/analysis/interval.hpp"
#include "tools/output/result.hpp"
#include "tools/output/study_writers.hpp"

namespace output {
namespace {

struct Close {
  void operator()(sqlite3* database) const { sqlite3_close(database); }
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};

using Cell = std::variant<std::nullptr_t, std::int64_t, double, std::string>;

Cell cell(const std::optional<double>& x) { return x ? Cell(*x) : Cell(nullptr); }
Cell whole(std::uint64_t x) { return static_cast<std::int64_t>(x); }

class Database {
 public:
  Database() {
    sqlite3* opened = nullptr;
    const int code = sqlite3_open(":memory:", &opened);
    database_.reset(opened);
    check(code);
    run("PRAGMA page_size = 4096");
    run("BEGIN");
  }

  void run(const std::string& sql) {
    check(sqlite3_exec(database_.get(), sql.c_str(), nullptr, nullptr, nullptr));
  }

  // Adds a row to a table; statements are kept for the next one.
  void add(const std::string& table, const std::vector<Cell>& cells) {
    if (table != prepared_for_) prepare(table, cells.size());
    for (std::size_t i = 0; i < cells.size(); ++i) bind(static_cast<int>(i) + 1, cells[i]);
    if (sqlite3_step(insert_.get()) != SQLITE_DONE) check(SQLITE_ERROR);
    check(sqlite3_reset(insert_.get()));
  }

  std::string bytes() {
    insert_.reset();
    run("COMMIT");
    sqlite3_int64 size = 0;
    unsigned char* data = sqlite3_serialize(database_.get(), "main", &size, 0);
    if (!data) throw std::runtime_error("SQLite gives no bytes");
    std::string bytes(reinterpret_cast<const char*>(data), static_cast<std::size_t>(size));
    sqlite3_free(data);
    return bytes;
  }

 private:
  void check(int code) const {
    if (code != SQLITE_OK)
      throw std::runtime_error(std::string("SQLite: ") + sqlite3_errmsg(database_.get()));
  }

  void prepare(const std::string& table, std::size_t width) {
    std::string sql = "INSERT INTO " + table + " VALUES (?";
    for (std::size_t i = 1; i < width; ++i) sql += ",?";
    sqlite3_stmt* statement = nullptr;
    check(sqlite3_prepare_v2(database_.get(), (sql + ")").c_str(), -1, &statement, nullptr));
    insert_.reset(statement);
    prepared_for_ = table;
  }

  void bind(int place, const Cell& value) {
    if (const auto* number = std::get_if<std::int64_t>(&value))
      check(sqlite3_bind_int64(insert_.get(), place, *number));
    else if (const auto* real = std::get_if<double>(&value))
      check(sqlite3_bind_double(insert_.get(), place, *real));
    else if (const auto* text = std::get_if<std::string>(&value))
      check(sqlite3_bind_text(insert_.get(), place, text->c_str(), static_cast<int>(text->size()),
                              SQLITE_TRANSIENT));
    else
      check(sqlite3_bind_null(insert_.get(), place));
  }

  std::unique_ptr<sqlite3, Close> database_;
  std::unique_ptr<sqlite3_stmt, Close> insert_;
  std::string prepared_for_;
};

constexpr const char* schema = R"(
CREATE TABLE study (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE level (axis TEXT NOT NULL, level INTEGER NOT NULL, label TEXT NOT NULL, value TEXT NOT NULL,
  number REAL,
  PRIMARY KEY (axis, level)) STRICT, WITHOUT ROWID;
CREATE TABLE point (point INTEGER PRIMARY KEY, label TEXT NOT NULL, scenario_hash TEXT NOT NULL,
  seed TEXT NOT NULL,
  replications INTEGER NOT NULL, wanted INTEGER NOT NULL, verdict TEXT NOT NULL, runs_met INTEGER NOT NULL,
  runs_met_low REAL, runs_met_high REAL) STRICT;
CREATE TABLE setting (point INTEGER NOT NULL REFERENCES point, place INTEGER NOT NULL,
  assignment TEXT NOT NULL,
  PRIMARY KEY (point, place)) STRICT, WITHOUT ROWID;
CREATE TABLE coordinate (point INTEGER NOT NULL REFERENCES point, axis TEXT NOT NULL,
  label TEXT NOT NULL, number REAL,
  PRIMARY KEY (point, axis)) STRICT, WITHOUT ROWID;
CREATE TABLE metric (metric TEXT PRIMARY KEY, unit TEXT NOT NULL, better TEXT NOT NULL,
  formula TEXT NOT NULL)
  STRICT, WITHOUT ROWID;
CREATE TABLE result (point INTEGER NOT NULL REFERENCES point, metric TEXT NOT NULL, unit TEXT NOT NULL,
  value REAL,
  at_least REAL, low REAL, high REAL, level REAL, method TEXT, n INTEGER NOT NULL, censored INTEGER,
  PRIMARY KEY (point, metric)) STRICT, WITHOUT ROWID;
CREATE TABLE run (point INTEGER NOT NULL REFERENCES point, replication INTEGER NOT NULL,
  metric TEXT NOT NULL REFERENCES metric, value REAL, at_least REAL, censored INTEGER,
  PRIMARY KEY (point, replication, metric)) STRICT, WITHOUT ROWID;
CREATE TABLE expectation (point INTEGER NOT NULL REFERENCES point, place INTEGER NOT NULL,
  text TEXT NOT NULL,
  metric TEXT NOT NULL, observed REAL, verdict TEXT NOT NULL, close INTEGER NOT NULL,
  PRIMARY KEY (point, place)) STRICT, WITHOUT ROWID;
CREATE TABLE effect (metric TEXT NOT NULL REFERENCES metric, rank INTEGER NOT NULL, axis TEXT NOT NULL,
  share REAL NOT NULL, difference REAL NOT NULL, low REAL, high REAL, level REAL, method TEXT,
  n INTEGER NOT NULL,
  PRIMARY KEY (metric, rank)) STRICT, WITHOUT ROWID;
CREATE TABLE level_mean (metric TEXT NOT NULL REFERENCES metric, axis TEXT NOT NULL, level INTEGER NOT NULL,
  mean REAL NOT NULL, PRIMARY KEY (metric, axis, level)) STRICT, WITHOUT ROWID;
CREATE TABLE unsettled (point INTEGER NOT NULL REFERENCES point, series TEXT NOT NULL,
  replications INTEGER NOT NULL, PRIMARY KEY (point, series)) STRICT, WITHOUT ROWID;
)";

void add_study(Database& database, const study::Results& results) {
  const study::Settings& settings = results.settings;
  const std::pair<const char*, std::string> facts[] = {
      {"complete", results.complete ? "yes" : "no"},
      {"description", settings.description},
      {"model", results.model},
      {"name", settings.name},
      {"scenario", settings.scenario},
      {"seeds", settings.common_seeds ? "common" : "independent"},
      {"version", results.version}};
  for (const auto& [key, value] : facts) database.add("study", {std::string(key), value});
  for (const study::Axis& axis : settings.axes)
    for (std::size_t i = 0; i < axis.levels.size(); ++i)
      database.add("level", {axis.name, whole(i), axis.levels[i].label, axis.levels[i].value,
                             cell(axis.levels[i].number)});
  for (const std::string& name : results.metrics)
    if (results.units.count(name) > 0)
      database.add("metric",
                   {name, results.units.at(name), std::string(direction_word(results.directions.at(name))),
                    results.formulas.at(name)});
}

void add_point(Database& database, const study::PointResult& point) {
  Cell low = nullptr, high = nullptr;
  const std::uint64_t runs = point.replications.size();
  if (runs > 0) {
    const analysis::Interval share = analysis::share_interval(point.met, runs);
    low = share.low;
    high = share.high;
  }
  database.add("point", {whole(point.number), point.label, point.scenario_hash, std::to_string(point.seed),
                         whole(runs), whole(point.progress.wanted), std::string(verdict_word(point.verdict)),
                         whole(point.met), low, high});
}

void add_places(Database& database, const study::Results& results, const study::PointResult& point) {
  for (std::size_t i = 0; i < point.set.size(); ++i)
    database.add("setting", {whole(point.number), whole(i), point.set[i]});
  for (std::size_t i = 0; i < point.levels.size(); ++i) {
    const study::Axis& axis = results.settings.axes[i];
    std::optional<double> number;
    for (const study::Level& level : axis.levels)
      if (level.label == point.levels[i]) number = level.number;
    database.add("coordinate", {whole(point.number), axis.name, point.levels[i], cell(number)});
  }
}

void add_results(Database& database, const study::PointResult& point) {
  for (const auto& [name, metric] : point.metrics) {
    Cell low = nullptr, high = nullptr, level = nullptr, method = nullptr;
    if (metric.ci95) {
      low = metric.ci95->low;
      high = metric.ci95->high;
      level = 0.95;
      method = std::string(analysis::method_name(metric.method));
    }
    database.add("result", {whole(point.number), name, metric.unit, cell(metric.value), cell(metric.at_least),
                            low, high, level, method, whole(metric.n),
                            metric.censored ? whole(*metric.censored) : Cell(nullptr)});
  }
  for (std::size_t i = 0; i < point.judgements.size(); ++i) {
    const analysis::Judgement& one = point.judgements[i];
    database.add("expectation", {whole(point.number), whole(i), one.expectation.text, one.expectation.metric,
                                 cell(one.metric.value), std::string(verdict_word(one.verdict)),
                                 whole(one.straddles ? 1 : 0)});
  }
}

void add_runs(Database& database, const study::PointResult& point) {
  for (const auto& [name, values] : point.runs)
    for (std::size_t r = 0; r < values.size(); ++r)
      if (!values[r].unit.empty())
        database.add("run", {whole(point.number), whole(point.replications[r]), name, cell(values[r].value),
                             cell(values[r].at_least),
                             values[r].censored ? whole(*values[r].censored) : Cell(nullptr)});
}

void add_effects(Database& database, const study::Results& results) {
  for (const study::Effects& one : results.effects)
    for (std::size_t i = 0; i < one.ranked.size(); ++i) {
      const study::Effect& effect = one.ranked[i];
      const Cell low = effect.ci95 ? Cell(effect.ci95->low) : Cell(nullptr);
      const Cell high = effect.ci95 ? Cell(effect.ci95->high) : Cell(nullptr);
      const Cell level = effect.ci95 ? Cell(0.95) : Cell(nullptr);
      const Cell method = effect.ci95 ? Cell(std::string("student-t, bonferroni")) : Cell(nullptr);
      database.add("effect", {one.metric, whole(i + 1), effect.axis, effect.share, effect.difference, low,
                              high, level, method, whole(effect.n)});
    }
}

void add_level_means(Database& database, const study::Results& results) {
  for (const study::Effects& one : results.effects)
    for (const study::Effect& effect : one.ranked)
      for (std::size_t i = 0; i < effect.means.size(); ++i)
        database.add("level_mean", {one.metric, effect.axis, whole(i), effect.means[i]});
}

void add_unsettled(Database& database, const study::PointResult& point) {
  for (const auto& [series, n] : point.unsettled)
    database.add("unsettled", {whole(point.number), series, whole(n)});
}

// Views with a column an axis: its number where all its values are plain numbers, else its label. A column is
// a query of its own, since SQLite joins 64 tables at most.
void add_views(Database& database, const study::Results& results) {
  std::string columns;
  for (const study::Axis& axis : results.settings.axes) {
    const bool numbers = std::all_of(axis.levels.begin(), axis.levels.end(), [](const study::Level& level) {
      return level.number && level.label.find_first_not_of("0123456789.-") == std::string::npos;
    });
    columns += fmt::format(
        ", (SELECT c.{0} FROM coordinate AS c WHERE c.point = point.point AND c.axis = '{1}') AS \"{1}\"",
        numbers ? "number" : "label", axis.name);
  }
  const std::string from = " FROM point";
  database.run("CREATE VIEW points AS SELECT point.point" + columns +
               ", point.verdict, point.replications, point.runs_met" + from + " ORDER BY point.point");
  database.run("CREATE VIEW results AS SELECT point.point" + columns +
               ", point.verdict, result.metric, result.unit, result.value, result.at_least, result.low, "
               "result.high, result.level, result.method, result.n, result.censored" +
               from + " JOIN result ON result.point = point.point ORDER BY point.point, result.metric");
  database.run("CREATE VIEW runs AS SELECT point.point" + columns +
               ", run.replication, run.metric, run.value, run.at_least, run.censored" + from +
               " JOIN run ON run.point = point.point ORDER BY point.point, run.replication, run.metric");
  database.run("CREATE VIEW passing AS SELECT * FROM points WHERE verdict = 'pass'");
}

}  // namespace

std::string study_database(const study::Results& results) {
  Database database;
  database.run(schema);
  add_study(database, results);
  for (const study::PointResult& point : results.points) add_point(database, point);
  for (const study::PointResult& point : results.points) add_places(database, results, point);
  for (const study::PointResult& point : results.points) add_results(database, point);
  for (const study::PointResult& point : results.points) add_runs(database, point);
  for (const study::PointResult& point : results.points) add_unsettled(database, point);
  add_effects(database, results);
  add_level_means(database, results);
  add_views(database, results);
  return database.bytes();
}

}  // namespace output
