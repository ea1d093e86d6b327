// Where `--export` writes what: [KIND:]PATH, for the subcommands that export.
#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hubstorm {

enum class ExportForm {
  summary_json,  // of run
  baseline_json,
  summary_csv,
  series_csv,
  timeline_csv,
  text,  // of compare
  markdown,
  junit,
  github,
  azure,
  comparison_json,
};

struct ExportTarget {
  ExportForm form;
  std::string path;  // "-" is standard output
  bool operator==(const ExportTarget&) const = default;
};

// A kind of export that a subcommand knows: "series" for series:PATH, and for paths that end in "series.csv".
struct ExportKind {
  std::string_view kind;
  ExportForm form;
  std::string_view ending;  // empty: only where it is named
};

// [KIND:]PATH with one of the kinds; without a kind the first of them whose ending the path has, and the
// first of all for
// "-". Throws Failure (usage).
ExportTarget parse_export_as(const std::string& text, std::span<const ExportKind> kinds);

// All of --export. Two targets at one place are refused.
std::vector<ExportTarget> parse_exports_as(const std::vector<std::string>& texts,
                                           std::span<const ExportKind> kinds);

// Those of `run`: json, baseline, csv, series and timeline; --json counts as json:-.
ExportTarget parse_export(const std::string& text);
std::vector<ExportTarget> parse_exports(const std::vector<std::string>& texts, bool json_to_stdout);

}  // namespace hubstorm
