// The catalogs beside the models, built into the binary: published figures as rows. Their form is explained
// in models/hub/editions.yaml.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "sim/settings/table.hpp"

namespace catalog {

// The rows of a file such as "models/hub/editions.yaml", in its order, each with what its `base` gives and
// without `base` and `sources`. Throws if the file is not as it should be: it is part of the program.
std::vector<sim::settings::Node> rows(std::string_view path);

// Reads a row; throws as rows().
void read(std::string_view path, const sim::settings::Node& row, const sim::settings::Shape& shape,
          const std::function<bool(sim::settings::Reader&, const sim::settings::Node&)>& into);

// All rows of a file as structs; each starts as `fresh`.
template <class T>
std::vector<T> read(std::string_view path, const sim::settings::Table<T>& table, const T& fresh = T{}) {
  std::vector<T> all;
  for (const sim::settings::Node& row : rows(path)) {
    T object = fresh;
    read(path, row, table.shape(), [&](sim::settings::Reader& reader, const sim::settings::Node& node) {
      return table.read(reader, node, object);
    });
    all.push_back(std::move(object));
  }
  return all;
}

}  // namespace catalog
