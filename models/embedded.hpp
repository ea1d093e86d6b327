// The YAML files that are built into the binary: the catalogs beside the models and the example scenarios.
#pragma once
#include <string_view>
#include <vector>

namespace embedded {

struct File {
  std::string_view path;  // relative to the tree, such as "models/hub/catalog.yaml"
  std::string_view text;
};

// All files, sorted by path.
const std::vector<File>& files();

}  // namespace embedded
