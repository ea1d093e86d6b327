// Everything that `hubstorm study run` and `study collect` write: each writer in a file of its own, and the
// list of them.
#pragma once
#include <set>
#include <string>
#include <vector>

#include "tools/output/style.hpp"
#include "tools/output/writer.hpp"
#include "tools/study/results.hpp"

namespace output {

// For a terminal: points with their metrics, whether they meet what is expected, and what each axis does. At
// most 80 columns where the axes leave room: many metrics make several tables.
std::string study_text(const study::Results& results, const Style& style);
// The same as a page of Markdown.
std::string study_markdown(const study::Results& results);
std::string study_json(const study::Results& results);
// A row a point and metric of interest, with interval, n, level and method.
std::string study_csv(const study::Results& results);
// A row a point, replication and metric of interest.
std::string study_runs_csv(const study::Results& results);
// The bytes of a database file; tables are strict, views join the axes' values to them. Equal results give
// equal bytes with the same version of SQLite.
std::string study_database(const study::Results& results);

// The bare name of a direction: "lower", "higher", "neutral".
const char* direction_word(measures::Direction direction);

// The shortest endings that tell metrics apart: "p99" for recovery.hub2.p99 where there is no other p99; none
// of `taken`, and none that begins with a digit.
std::vector<std::string> short_names(const std::vector<std::string>& metrics,
                                     const std::set<std::string>& taken);

// What a study has to write.
struct StudyExport {
  const study::Results& results;
  Style style;
};

struct StudyWriter : Writer<StudyExport> {
  std::string_view file;  // its name in the folder of the results; empty: it is no file there
  bool printed = true;    // --format knows it
};

// In the order of the help.
inline constexpr StudyWriter study_writers[] = {
    {{{"text", "", "a table for people"},
      [](const StudyExport& of) { return study_text(of.results, of.style); }},
     ""},
    {{{"markdown", "", "the same as a page"},
      [](const StudyExport& of) { return study_markdown(of.results); }},
     ""},
    {{{"json", "", "all of it"}, [](const StudyExport& of) { return study_json(of.results); }}, "study.json"},
    {{{"csv", "", "a row a point and metric"}, [](const StudyExport& of) { return study_csv(of.results); }},
     "results.csv"},
    {{{"runs", "", "a row a replication"}, [](const StudyExport& of) { return study_runs_csv(of.results); }},
     "runs.csv",
     false},
    {{{"database", "", "SQLite"}, [](const StudyExport& of) { return study_database(of.results); }},
     "study.db",
     false},
};
static_assert(well_formed(study_writers));

}  // namespace output
