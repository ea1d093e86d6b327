// The parts of `hubstorm run` that need no simulation: reports on their way between processes, replications
// side by side, files that are whole or not there, where exports go, the progress line.
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cmath>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>
#include <sstream>
#include <thread>

#include "models/measures/report_codec.hpp"
#include "tests/unit/output_example.hpp"
#include "tools/hubstorm/exit_code.hpp"
#include "tools/hubstorm/export_target.hpp"
#include "tools/hubstorm/progress_bar.hpp"
#include "tools/hubstorm/replications.hpp"
#include "tools/output/file.hpp"
#include "tools/output/run_writers.hpp"
#include "tools/output/style.hpp"
#include "tools/output/words.hpp"

using namespace std::chrono_literals;
using hubstorm::ExportTarget;

namespace {

std::string read(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// An empty folder that goes away with the test.
struct Folder {
  std::filesystem::path path;
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "hubstorm-test-XXXXXX").string();
    path = mkdtemp(name.data());
  }
  ~Folder() { std::filesystem::remove_all(path); }
  std::size_t files() const {
    return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(path), {}));
  }
};

}  // namespace

TEST_CASE("a report arrives as it was sent") {
  measures::Report sent = example::reports().at(2);
  sent.values["tiny"] = {"s", 0.1 + 0.2, std::nextafter(1.0, 2.0), std::numeric_limits<std::uint64_t>::max()};
  sent.values["none"] = {"s", {}, {}, {}};
  sent.trace = {{1.5, "connect: refused"}, {2.25, "wait 3 s – \"again\""}};
  sent.parked_attempts = 12345678901234567u;
  sent.simulation_s = 0.1 + 0.2;
  sent.pools["hub2"].censored = 9;
  sent.episodes = {{"meters"}, {"hub2", "block"}, {"hub-1"}, {{0, 7, 1}, {0, 8, 0}}};
  sent.episodes.rows[1].back_s = 0.1 + 0.2;
  sent.episodes.rows[1].for_good_s = std::nan("");
  const measures::Report got = measures::decode_report(measures::encode(sent));
  CHECK(got.values == sent.values);
  CHECK(got.pools == sent.pools);
  CHECK(got.series == sent.series);
  CHECK(got.trace == sent.trace);
  CHECK(output::devices_csv({got}) == output::devices_csv({sent}));
  CHECK(output::devices_csv({got}) ==
        "replication,group,device,fault,begin_s,lost_s,noticed_s,attempt_s,back_s,for_good_s,attempts,"
        "registrations,"
        "hub_before,hub_after,gave_up\n"
        "1,meters,7,block,0,0,0,0,0,0,0,0,hub-1,hub-1,0\n"
        "1,meters,8,hub2,0,0,0,0,0.30000000000000004,,0,0,hub-1,hub-1,0\n");
  CHECK(got.device_events == sent.device_events);
  CHECK(got.parked_attempts == sent.parked_attempts);
  CHECK(got.simulation_s == sent.simulation_s);
  CHECK_THROWS(measures::decode_report("no report"));
}

TEST_CASE("a report with a figure that is no number, or beyond all figures, is none") {
  const auto sent_with = [](const auto& change) {
    measures::Report sent = example::reports().at(2);
    sent.values["one"] = {"s", 1.0, {}, {}};
    change(sent);
    return measures::encode(sent);
  };
  CHECK_NOTHROW(measures::decode_report(sent_with([](auto&) {})));
  constexpr double infinite = std::numeric_limits<double>::infinity();
  for (const double x : {std::nan(""), infinite, -infinite, 1e61, -1.7e308}) {
    INFO(x);
    CHECK_THROWS_AS(measures::decode_report(sent_with([&](auto& sent) { sent.values["one"].value = x; })),
                    std::invalid_argument);
    CHECK_THROWS_AS(measures::decode_report(sent_with([&](auto& sent) { sent.values["one"].at_least = x; })),
                    std::invalid_argument);
    CHECK_THROWS_AS(measures::decode_report(sent_with([&](auto& sent) { sent.simulation_s = x; })),
                    std::invalid_argument);
  }
  // Nor is one whose numbers are of another kind.
  auto json = nlohmann::json::from_cbor(sent_with([](auto&) {}));
  const auto changed = [&](const char* place, const nlohmann::json& value) {
    nlohmann::json other = json;
    other[nlohmann::json::json_pointer(place)] = value;
    std::string bytes;
    nlohmann::json::to_cbor(other, bytes);
    return bytes;
  };
  for (const auto& [place, value] :
       std::vector<std::pair<const char*, nlohmann::json>>{{"/values/one/1", true},
                                                           {"/values/one/3", -5},
                                                           {"/values/one/3", 1e300},
                                                           {"/device_events", -1}}) {
    INFO(place << " " << value.dump());
    CHECK_THROWS_AS(measures::decode_report(changed(place, value)), std::invalid_argument);
  }
}

TEST_CASE("rows of a report arrive to the last bit, and none that lacks a column") {
  measures::Report sent = example::reports().at(2);
  sent.series = {{"time_s", "x"},
                 {{0, 0.1 + 0.2}, {-0.0, std::numeric_limits<double>::infinity()}, {1e-310, 1e308}}};
  const measures::Report got = measures::decode_report(measures::encode(sent));
  CHECK(got.series == sent.series);
  CHECK(std::signbit(got.series.rows.at(1).at(0)));
  measures::Report none = sent;
  none.series.rows.clear();
  CHECK(measures::decode_report(measures::encode(none)).series == none.series);
  sent.series.rows.at(1).pop_back();
  CHECK_THROWS_AS(measures::encode(sent), std::invalid_argument);
  sent.series.rows.at(1).clear();
  sent.series.columns.clear();
  CHECK_THROWS_AS(measures::encode(sent), std::invalid_argument);
}

namespace {

// A replication whose later numbers end first.
measures::Report slow_then_fast(std::uint32_t number, const std::function<void(double)>& progress) {
  std::this_thread::sleep_for(std::chrono::milliseconds(number == 0 ? 60 : 1));
  if (progress) progress(0.5);
  measures::Report report;
  report.device_events = number;
  report.values["m"] = {"1", number * 0.1, {}, {}};
  return report;
}

hubstorm::Outcome run_with_jobs(std::uint32_t jobs) {
  hubstorm::Replications replications;
  replications.count = 7;
  replications.jobs = jobs;
  replications.simulate = slow_then_fast;
  return hubstorm::run(replications);
}

}  // namespace

TEST_CASE("reports come in the order of the replications for any number of jobs") {
  for (const std::uint32_t jobs : {1u, 2u, 3u, 20u}) {
    const hubstorm::Outcome outcome = run_with_jobs(jobs);
    REQUIRE(outcome.reports.size() == 7);
    for (std::uint64_t i = 0; i < 7; ++i) CHECK(outcome.reports[i].device_events == i);
    CHECK_FALSE(outcome.interrupted);
    CHECK(outcome.peak_rss_bytes > 0);
  }
}

TEST_CASE("progress counts parts of running replications and ends with all of them") {
  hubstorm::Replications replications;
  replications.count = 3;
  replications.jobs = 2;
  replications.simulate = slow_then_fast;
  std::vector<hubstorm::Progress> seen;
  replications.on_progress = [&](const hubstorm::Progress& progress) { seen.push_back(progress); };
  hubstorm::run(replications);
  REQUIRE_FALSE(seen.empty());
  for (std::size_t i = 1; i < seen.size(); ++i) {
    CHECK(seen[i].simulated >= seen[i - 1].simulated);
    CHECK(seen[i].simulated >= seen[i].done);
  }
  CHECK(seen.back().done == 3);
  CHECK(seen.back().simulated == 3);
}

TEST_CASE("a replication that breaks ends the run with what it said") {
  hubstorm::Replications replications;
  replications.count = 4;
  replications.jobs = 2;
  replications.simulate = [](std::uint32_t number, const std::function<void(double)>&) -> measures::Report {
    if (number == 2) throw std::runtime_error("message account does not add up");
    return {};
  };
  try {
    hubstorm::run(replications);
    FAIL("it ended well");
  } catch (const hubstorm::Failure& failure) {
    CHECK(failure.code == hubstorm::exit_internal);
    CHECK(std::string(failure.what()).find("replication 3") != std::string::npos);
    CHECK(std::string(failure.what()).find("message account does not add up") != std::string::npos);
  }
}

TEST_CASE("an interruption ends the children") {
  hubstorm::Replications replications;
  replications.count = 4;
  replications.jobs = 2;
  replications.simulate = [](std::uint32_t, const std::function<void(double)>&) -> measures::Report {
    for (;;) ::pause();
  };
  int asked = 0;
  replications.interrupted = [&] { return ++asked > 2; };
  const hubstorm::Outcome outcome = hubstorm::run(replications);
  CHECK(outcome.interrupted);
  CHECK(outcome.reports.empty());
}

TEST_CASE("a child that Ctrl-C ended first is an interruption, not a defect") {
  hubstorm::Replications replications;
  replications.simulate = [](std::uint32_t, const std::function<void(double)>&) -> measures::Report {
    ::raise(SIGINT);
    return {};
  };
  CHECK(hubstorm::run(replications).interrupted);
}

TEST_CASE("a file is replaced as a whole and keeps its permissions") {
  const Folder folder;
  const std::string path = folder.path / "out.json";
  output::check_writable(path);
  CHECK(folder.files() == 0);
  output::write_file(path, "one");
  CHECK(read(path) == "one");
  ::chmod(path.c_str(), 0640);
  output::write_file(path, std::string(1 << 20, 'x'));
  CHECK(read(path).size() == 1 << 20);
  struct stat status {};
  REQUIRE(::stat(path.c_str(), &status) == 0);
  CHECK((status.st_mode & 07777) == 0640);
  CHECK(folder.files() == 1);
}

TEST_CASE("a link stays a link") {
  const Folder folder;
  output::write_file(folder.path / "real.csv", "old");
  std::filesystem::create_symlink("real.csv", folder.path / "link.csv");
  output::write_file(folder.path / "link.csv", "new");
  CHECK(read(folder.path / "real.csv") == "new");
  CHECK(std::filesystem::is_symlink(folder.path / "link.csv"));
}

TEST_CASE("what cannot be written says so and changes nothing") {
  const Folder folder;
  CHECK_THROWS_AS(output::check_writable(folder.path / "missing" / "out.json"), output::FileError);
  CHECK_THROWS_AS(output::check_writable(folder.path), output::FileError);
  CHECK_THROWS_WITH(output::write_file(folder.path / "missing" / "out.json", "x"),
                    Catch::Matchers::Contains("missing/out.json: No such file or directory"));
  CHECK_THROWS_AS(output::write_file("/dev/full", "x"), output::FileError);
  output::check_writable("/dev/null");
  output::write_file("/dev/null", "x");
  CHECK_FALSE(std::filesystem::is_regular_file("/dev/null"));
  CHECK(folder.files() == 0);
}

TEST_CASE("the name of an export tells its form") {
  const std::vector<output::Format> formats = output::formats(output::run_writers);
  const auto kind_and_path = [&](const std::string& text) {
    const ExportTarget target = hubstorm::parse_export(text, formats);
    return std::string(formats[target.writer].kind) + " " + target.path;
  };
  CHECK(kind_and_path("a/summary.json") == "json a/summary.json");
  CHECK(kind_and_path("a.csv") == "csv a.csv");
  CHECK(kind_and_path("run-series.csv") == "series run-series.csv");
  CHECK(kind_and_path("series:b.txt") == "series b.txt");
  CHECK(kind_and_path("baseline:b.json") == "baseline b.json");
  CHECK(kind_and_path("csv:-") == "csv -");
  CHECK(kind_and_path("-") == "json -");
  CHECK_THROWS_AS(hubstorm::parse_export("out.xml", formats), hubstorm::Failure);
  CHECK_THROWS_AS(hubstorm::parse_export("json:", formats), hubstorm::Failure);
  CHECK(hubstorm::parse_exports({"json:-", "a.csv", "a.json"}, formats).size() == 3);
  CHECK_THROWS_AS(hubstorm::parse_exports({"json:-", "csv:-"}, formats), hubstorm::Failure);
  CHECK_THROWS_AS(hubstorm::parse_exports({"a.csv", "series:a.csv"}, formats), hubstorm::Failure);
}

TEST_CASE("the progress line: bar, simulated time, speed, runs done, time left, on one line") {
  const std::string line = hubstorm::progress_line({3, 10, 4.5}, 6h, 9);
  CHECK(line == "[#########...........]  45 %  1d3h of 2d12h  3h/s  3/10 runs  11 s left");
  CHECK(hubstorm::progress_line({0, 1, 0}, 6h, 0) == "[....................]   0 %  0 s of 6h");
  for (const std::uint32_t n : {1u, 1000u, 1000000u})
    CHECK(output::words::columns(hubstorm::progress_line({n / 3, n, n / 3.0}, 8760h, 12345)) < 80);
}

TEST_CASE("colour: as said, else on a terminal unless NO_COLOR") {
  CHECK(output::use_colour(output::ColourWhen::always, 0));
  CHECK_FALSE(output::use_colour(output::ColourWhen::never, 0));
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  CHECK_FALSE(output::use_colour(output::ColourWhen::automatic, ends[1]));
  ::close(ends[0]);
  ::close(ends[1]);
}
