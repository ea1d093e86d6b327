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
  std::string
      status;  // "read" in source code, "documented" in text, "measured", or "assumed": nothing is published
  std::string lines;  // of a source that is a file of a repository; may be empty
  std::string note;   // may be empty

  bool operator==(const Origin&) const = default;
};

// What figures were held against, beside their source.
struct Evidence {
  std::string name;
  std::string how;              // "measured", "virtual time", "seen" or "issue threads"
  std::vector<std::string> by;  // data sets, tests, or threads
  std::string note;             // may be empty
};

struct Row {
  std::string name;
  std::string base;                       // the row that it begins with, or empty
  std::vector<std::string> own;           // fields that it gives itself
  Node fields;                            // a map: the fields, those of the base row included, without `name`
  std::map<std::string, Origin> origins;  // by field, or by field and member: "retry", "retry.first"
  std::map<std::string, std::vector<std::string>> verified;  // names of evidence, by the same

  // The origin of a field or of a member of it.
  const Origin& origin(const std::string& path) const;
  // The evidence for it; none if nobody held it against anything.
  std::vector<std::string> evidence(const std::string& path) const;
};

class File {
 public:
  // Throws sim::settings::Invalid if the text is not a catalog, or a figure in it has no origin.
  File(std::string path, std::string text);
  // The same of a text that was read before, see sim/settings/flat.hpp.
  File(std::string path, std::string text, std::span<const sim::settings::Flat> table);
  const std::vector<Row>& rows() const { return rows_; }
  const Row* find(std::string_view name) const;
  // In the order of the file; empty if its figures are not said to be verified.
  const std::vector<Evidence>& evidence() const { return evidence_; }
  const Node& root() const { return document_->root(); }  // the whole file
  const std::string& path() const { return path_; }

 private:
  void read_rows();
  std::string path_;
  std::unique_ptr<sim::settings::Document> document_;
  std::vector<Row> rows_;
  std::vector<Evidence> evidence_;
};

// A catalog built into the binary, by its path in the tree: "models/device/clients.yaml".
const File& built_in(std::string_view path);

// Whether a reference names a file of a repository as it was at a commit: "github.com/OWNER/NAME@COMMIT
// PATH".
bool names_file(std::string_view reference);
// Whether that file is source code, not a page.
bool names_code(std::string_view reference);

// "retry.first" and so on for each figure of a row, in the order of the file.
std::vector<std::string> figures(const Row& row);

}  // namespace catalog
