#include "tools/hubstorm/export_target.hpp"

#include <fmt/format.h>

#include <set>

#include "sim/settings/shape.hpp"
#include "tools/hubstorm/exit_code.hpp"

namespace hubstorm {
namespace {

// A longer ending stands before one that it ends in.
constexpr ExportKind run_kinds[] = {{"json", ExportForm::summary_json, ".json"},
                                    {"baseline", ExportForm::baseline_json, ""},
                                    {"series", ExportForm::series_csv, "series.csv"},
                                    {"timeline", ExportForm::timeline_csv, "timeline.csv"},
                                    {"csv", ExportForm::summary_csv, ".csv"}};

}  // namespace

ExportTarget parse_export_as(const std::string& text, std::span<const ExportKind> kinds) {
  for (const ExportKind& kind : kinds) {
    const std::size_t colon = kind.kind.size();
    if (text.starts_with(kind.kind) && text.size() > colon + 1 && text[colon] == ':')
      return {kind.form, text.substr(colon + 1)};
  }
  if (text == "-") return {kinds.front().form, text};
  for (const ExportKind& kind : kinds)
    if (!kind.ending.empty() && text.ends_with(kind.ending)) return {kind.form, text};
  std::vector<std::string> ways;
  for (const ExportKind& kind : kinds) ways.push_back(fmt::format("{}:{}", kind.kind, text));
  throw Failure(exit_usage, fmt::format("--export {}: the name does not tell the format; write {}", text,
                                        sim::settings::listed(ways)));
}

std::vector<ExportTarget> parse_exports_as(const std::vector<std::string>& texts,
                                           std::span<const ExportKind> kinds) {
  std::vector<ExportTarget> targets;
  std::set<std::string> places;
  for (const std::string& text : texts) {
    targets.push_back(parse_export_as(text, kinds));
    const std::string& path = targets.back().path;
    if (!places.insert(path).second)
      throw Failure(exit_usage, path == "-" ? "standard output takes one document, and several are asked for"
                                            : fmt::format("--export {} is given twice", path));
  }
  return targets;
}

ExportTarget parse_export(const std::string& text) { return parse_export_as(text, run_kinds); }

std::vector<ExportTarget> parse_exports(const std::vector<std::string>& texts, bool json_to_stdout) {
  std::vector<std::string> all;
  if (json_to_stdout) all.emplace_back("json:-");
  all.insert(all.end(), texts.begin(), texts.end());
  return parse_exports_as(all, run_kinds);
}

}  // namespace hubstorm
