// Where `--export` writes what: [KIND:]PATH, for the subcommands that export.
#pragma once
#include <cstddef>
#include <string>
#include <vector>

#include "tools/output/writer.hpp"

namespace hubstorm {

struct ExportTarget {
  std::size_t writer = 0;  // its place among the formats
  std::string path;        // "-" is standard output
  bool operator==(const ExportTarget&) const = default;
};

// [KIND:]PATH with one of the formats; without a kind the first of them whose ending the path has, and the
// first of all for "-". Throws Failure (usage).
ExportTarget parse_export(const std::string& text, const std::vector<output::Format>& formats);

// All of --export. Two targets at one place are refused, however they are spelled.
std::vector<ExportTarget> parse_exports(const std::vector<std::string>& texts,
                                        const std::vector<output::Format>& formats);

// The formats for the help, a line each: kind, ending, what it is.
std::string formats_help(const std::vector<output::Format>& formats);

// Their kinds, in this order.
std::vector<std::string> kinds(const std::vector<output::Format>& formats);

// To be asked before anything is run, and after all has been read. Throws Failure (usage) for a target that
// is an input or where a standard stream goes, output::FileError for one that cannot be written.
void check_targets(const std::vector<ExportTarget>& targets);

}  // namespace hubstorm
