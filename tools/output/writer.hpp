// What a writer says of itself, so that one line in the list of its subcommand makes it known everywhere: to
// --export, to --format and to the help.
#pragma once
#include <algorithm>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace output {

struct Format {
  std::string_view kind;    // "series": for series:PATH and --format series
  std::string_view ending;  // ".csv": of paths that choose it without its kind; empty: none does
  std::string_view says;    // what it writes, for the help
};

// Makes a file's content, or what goes to standard output, of a Document.
template <class Document>
struct Writer {
  Format format;
  std::string (*write)(const Document&);
};

template <class Writers>
std::vector<Format> formats(const Writers& writers) {
  std::vector<Format> all;
  for (const auto& writer : writers) all.push_back(writer.format);
  return all;
}

// Whether a list of writers is one that can be chosen from: each has a kind of its own and words, and a
// longer ending stands before one that it ends in. That each has a function, the warning about missing
// initialisers says.
template <class Writers>
constexpr bool well_formed(const Writers& writers) {
  for (auto one = std::begin(writers); one != std::end(writers); ++one) {
    if (one->format.kind.empty() || one->format.says.empty()) return false;
    for (auto other = std::begin(writers); other != one; ++other) {
      if (other->format.kind == one->format.kind) return false;
      if (!other->format.ending.empty() && one->format.ending.ends_with(other->format.ending)) return false;
    }
  }
  return true;
}

}  // namespace output
