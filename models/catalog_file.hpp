// A catalog as a file: rows of figures from the outside world, each with its source and status. The form is
// explained in models/hub/editions.yaml; models/catalog.hpp reads the rows as structs.
#pragma once
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/settings/document.hpp"

namespace catalog {

using sim::settings::Node;

struct Origin {
  std::string source;
  std::string status;  // "documented" (text or source code), "measured", or "assumed" as nothing is published
  std::string note;    // may be empty
};

struct Row {
  std::string name;
  Node fields;                            // a map: the fields, those of the base row included, without `name`
  std::map<std::string, Origin> origins;  // by field, or by field and member: "retry", "retry.first"

  // The origin of a field or of a member of it.
  const Origin& origin(const std::string& path) const;
};

class File {
 public:
  // Throws sim::settings::Invalid if the text is not a catalog, or a figure in it has no origin.
  File(std::string path, std::string text);
  // The same of a text that was read before, see sim/settings/flat.hpp.
  File(std::string path, std::string text, std::span<const sim::settings::Flat> table);
  const std::vector<Row>& rows() const { return rows_; }
  const Row* find(std::string_view name) const;
  const Node& root() const { return document_->root(); }  // the whole file
  const std::string& path() const { return path_; }

 private:
  void read_rows();
  std::string path_;
  std::unique_ptr<sim::settings::Document> document_;
  std::vector<Row> rows_;
};

// A catalog built into the binary, by its path in the tree: "models/device/clients.yaml".
const File& built_in(std::string_view path);

// "retry.first" and so on for each figure of a row, in the order of the file.
std::vector<std::string> figures(const Row& row);

}  // namespace catalog
