#include "tools/hubstorm/export_target.hpp"

#include <fmt/format.h>

#include <set>

#include "sim/settings/shape.hpp"
#include "tools/hubstorm/exit_code.hpp"

namespace hubstorm {

ExportTarget parse_export(const std::string& text, const std::vector<output::Format>& formats) {
  for (std::size_t i = 0; i < formats.size(); ++i) {
    const std::size_t colon = formats[i].kind.size();
    if (text.starts_with(formats[i].kind) && text.size() > colon + 1 && text[colon] == ':')
      return {i, text.substr(colon + 1)};
  }
  if (text == "-") return {0, text};
  for (std::size_t i = 0; i < formats.size(); ++i)
    if (!formats[i].ending.empty() && text.ends_with(formats[i].ending)) return {i, text};
  std::vector<std::string> ways;
  for (const std::string& kind : kinds(formats)) ways.push_back(fmt::format("{}:{}", kind, text));
  throw Failure(exit_usage, fmt::format("--export {}: the name does not tell the format; write {}", text,
                                        sim::settings::listed(ways)));
}

std::vector<ExportTarget> parse_exports(const std::vector<std::string>& texts,
                                        const std::vector<output::Format>& formats) {
  std::vector<ExportTarget> targets;
  std::set<std::string> places;
  for (const std::string& text : texts) {
    targets.push_back(parse_export(text, formats));
    const std::string& path = targets.back().path;
    if (!places.insert(path).second)
      throw Failure(exit_usage, path == "-" ? "standard output takes one document, and several are asked for"
                                            : fmt::format("--export {} is given twice", path));
  }
  return targets;
}

std::string formats_help(const std::vector<output::Format>& formats) {
  std::string text;
  for (const output::Format& format : formats) {
    const std::string ending = format.ending.empty() ? "" : fmt::format("({})", format.ending);
    text += fmt::format("  {:<9} {:<15} {}\n", format.kind, ending, format.says);
  }
  return text;
}

std::vector<std::string> kinds(const std::vector<output::Format>& formats) {
  std::vector<std::string> all;
  for (const output::Format& format : formats) all.emplace_back(format.kind);
  return all;
}

}  // namespace hubstorm
