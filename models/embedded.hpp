// The YAML files that are built into the binary: the catalogs beside the models and the example scenarios.
#pragma once
#include <span>
#include <string_view>
#include <vector>

#include "sim/settings/flat.hpp"

namespace embedded {

struct File {
  std::string_view path;  // relative to the tree, such as "models/hub/catalog.yaml"
  std::string_view text;
  std::span<const sim::settings::Flat> table;  // of a catalog: the text as read; empty for a scenario
};

// All files, sorted by path.
const std::vector<File>& files();

}  // namespace embedded
