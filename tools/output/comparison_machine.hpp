// A comparison for programs: JSON, JUnit XML for test reports, and annotations of GitHub Actions and Azure
// Pipelines.
#pragma once
#include <string>
#include <vector>

#include "tools/output/compared.hpp"

namespace output {

inline constexpr int comparison_schema_version = 1;

// {schema_version, tool, version, verdict, comparisons: [...]}; infinite ends of intervals are null.
std::string comparison_json(const std::vector<Compared>& all);

// A suite a comparison, a test case a gate (or one named "exact"). A gate that fails is a failure; one that
// is inconclusive is skipped, or with `strict` an error. Notes are properties of the suite.
std::string comparison_junit(const std::vector<Compared>& all, bool strict);

// Workflow commands, a line each: an error for a gate that fails, a warning for one that is inconclusive and
// for a note, a notice for the whole comparison.
std::string comparison_github(const std::vector<Compared>& all);
std::string comparison_azure(const std::vector<Compared>& all);

}  // namespace output
