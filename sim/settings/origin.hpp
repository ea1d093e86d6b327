// The document behind settings that have been read, for errors that point into it.
#pragma once
#include <functional>
#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include "sim/settings/reader.hpp"

namespace sim::settings {

struct Origin {
  const Node& root;
  Reader& reader;
  Diagnostics& diagnostics;
  // The text of another file; throws std::runtime_error.
  std::function<const Source&(const std::string& path)> file;

  bool given(const std::vector<Step>& path) const { return value_at(root, path) != nullptr; }
  // Whether the value at the path, if given, was read without an error.
  bool good(const std::vector<Step>& path) const { return reader.good(path_text(path)); }
  // An error about the value at the path; "fleet[0].joins: " stands before `what`.
  void error(const std::vector<Step>& path, const std::string& what, const std::string& hint = {}) const;
};

// A part of the document that a class resolves or checks, for errors about what is in it.
class Part {
 protected:
  using Step = settings::Step;
  Part(const Origin& origin, std::vector<Step> path) : origin_(origin), path_(std::move(path)) {}
  std::vector<Step> at(std::initializer_list<Step> steps) const {
    std::vector<Step> path = path_;
    path.insert(path.end(), steps);
    return path;
  }
  void error(std::initializer_list<Step> steps, const std::string& what, const std::string& hint) const {
    origin_.error(at(steps), what, hint);
  }

  const Origin& origin_;
  std::vector<Step> path_;
};

}  // namespace sim::settings
