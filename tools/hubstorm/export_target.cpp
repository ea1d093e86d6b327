#include "tools/hubstorm/export_target.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <map>

#include "sim/settings/shape.hpp"
#include "tools/hubstorm/exit_code.hpp"
#include "tools/hubstorm/scenario_file.hpp"
#include "tools/output/file.hpp"

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
  std::map<std::string, std::string> places;
  for (const std::string& text : texts) {
    targets.push_back(parse_export(text, formats));
    const std::string& path = targets.back().path;
    const auto [before, free] = places.emplace(path == "-" ? path : output::place_of(path), path);
    if (free) continue;
    if (path == "-")
      throw Failure(exit_usage, "standard output takes one document, and several are asked for");
    throw Failure(exit_usage, before->second == path
                                  ? fmt::format("--export {} is given twice", path)
                                  : fmt::format("--export {} and {} are one file", before->second, path));
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
void check_targets(const std::vector<ExportTarget>& targets) {
  for (const ExportTarget& target : targets) {
    if (target.path == "-") continue;
    refuse_input(target.path, "--export");
    const std::string place = output::place_of(target.path);
    for (const int stream : {STDOUT_FILENO, STDERR_FILENO})
      if (place == output::place_of(stream))
        throw Failure(exit_usage, fmt::format("--export {} is where standard {} goes", target.path,
                                              stream == STDOUT_FILENO ? "output" : "error"));
    output::check_writable(target.path);
  }
}

std::vector<std::string> kinds(const std::vector<output::Format>& formats) {
  std::vector<std::string> all;
  for (const output::Format& format : formats) all.emplace_back(format.kind);
  return all;
}

}  // namespace hubstorm
