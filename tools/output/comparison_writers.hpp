// Everything that `hubstorm compare` writes: each writer in a file of its own, and the list of them.
#pragma once
#include <string>
#include <vector>

#include "tools/output/compared.hpp"
#include "tools/output/style.hpp"
#include "tools/output/writer.hpp"

namespace output {

inline constexpr int comparison_schema_version = 1;

// For the terminal: at most 80 columns, apart from names and paths.
std::string comparison_text(const std::vector<Compared>& all, const Style& style);

// For the summary page of a CI job: GitHub-flavoured Markdown.
std::string comparison_markdown(const std::vector<Compared>& all);

// {schema_version, tool, version, verdict, comparisons: [...]}; infinite ends of intervals are null.
std::string comparison_json(const std::vector<Compared>& all);

// JUnit XML for test reports: a suite a comparison, a test case a gate (or one named "exact"). A gate that
// fails is a failure; one that is inconclusive is skipped, or with `strict` an error. Notes are properties of
// the suite.
std::string comparison_junit(const std::vector<Compared>& all, bool strict);

// Annotations of GitHub Actions and of Azure Pipelines: workflow commands, a line each, an error for a gate
// that fails, a warning for one that is inconclusive and for a note, a notice for the whole comparison.
std::string comparison_github(const std::vector<Compared>& all);
std::string comparison_azure(const std::vector<Compared>& all);

// What `compare` has to write.
struct ComparisonExport {
  const std::vector<Compared>& all;
  bool strict = false;  // an inconclusive gate counts as an error
  Style style;
};

using ComparisonWriter = Writer<ComparisonExport>;

// In the order of the help; the first is what a path of "-" means.
inline constexpr ComparisonWriter comparison_writers[] = {
    {{"text", ".txt", "for people"},
     [](const ComparisonExport& of) { return comparison_text(of.all, of.style); }},
    {{"markdown", ".md", "for the summary page of a CI job"},
     [](const ComparisonExport& of) { return comparison_markdown(of.all); }},
    {{"junit", ".xml", "a test report"},
     [](const ComparisonExport& of) { return comparison_junit(of.all, of.strict); }},
    {{"json", ".json", "for programs"}, [](const ComparisonExport& of) { return comparison_json(of.all); }},
    {{"github", "", "annotations of GitHub Actions"},
     [](const ComparisonExport& of) { return comparison_github(of.all); }},
    {{"azure", "", "annotations of Azure Pipelines"},
     [](const ComparisonExport& of) { return comparison_azure(of.all); }},
};
static_assert(well_formed(comparison_writers));

}  // namespace output
