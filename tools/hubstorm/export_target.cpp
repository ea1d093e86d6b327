#include "tools/hubstorm/export_target.hpp"

#include <fmt/format.h>

#include <optional>
#include <set>

#include "tools/hubstorm/exit_code.hpp"

namespace hubstorm {
namespace {

constexpr struct {
  std::string_view kind;
  ExportForm form;
} kinds[] = {{"json", ExportForm::summary_json},
             {"csv", ExportForm::summary_csv},
             {"series", ExportForm::series_csv},
             {"timeline", ExportForm::timeline_csv}};

std::optional<ExportForm> form_by_name(std::string_view path) {
  if (path == "-" || path.ends_with(".json")) return ExportForm::summary_json;
  if (path.ends_with("series.csv")) return ExportForm::series_csv;
  if (path.ends_with("timeline.csv")) return ExportForm::timeline_csv;
  if (path.ends_with(".csv")) return ExportForm::summary_csv;
  return std::nullopt;
}

}  // namespace

ExportTarget parse_export(const std::string& text) {
  for (const auto& [kind, form] : kinds) {
    const std::size_t colon = kind.size();
    if (text.starts_with(kind) && text.size() > colon + 1 && text[colon] == ':')
      return {form, text.substr(colon + 1)};
  }
  if (const std::optional<ExportForm> form = form_by_name(text)) return {*form, text};
  throw Failure(exit_usage,
                fmt::format("--export {}: the name does not tell the format; use a name in .json or .csv, or "
                            "json:{}, csv:{} or series:{}",
                            text, text, text, text));
}

std::vector<ExportTarget> parse_exports(const std::vector<std::string>& texts, bool json_to_stdout) {
  std::vector<ExportTarget> targets;
  if (json_to_stdout) targets.push_back({ExportForm::summary_json, "-"});
  for (const std::string& text : texts) targets.push_back(parse_export(text));
  std::set<std::string> places;
  for (const ExportTarget& target : targets)
    if (!places.insert(target.path).second)
      throw Failure(exit_usage,
                    target.path == "-"
                        ? "standard output takes one document: --json and --export - cannot be combined"
                        : fmt::format("--export {} is given twice", target.path));
  return targets;
}

}  // namespace hubstorm
