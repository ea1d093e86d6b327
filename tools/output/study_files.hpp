// The results of a study as files: JSON, tidy CSV (a row a value), a SQLite database.
#pragma once
#include <string>

#include "tools/study/results.hpp"

namespace output {

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

}  // namespace output
