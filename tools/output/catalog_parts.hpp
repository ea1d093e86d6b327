// What the texts of a catalog are made of: numbered references, what most rows say of a field, columns.
#pragma once
#include <string>
#include <utility>
#include <vector>

#include "models/catalog_file.hpp"
#include "tools/output/style.hpp"

namespace output {

// Fields of all rows in the order in which they first appear.
std::vector<std::string> all_fields(const catalog::File& catalog);

// A bold title over a body; nothing without a body.
std::string section(const Style& style, const char* title, const std::string& body);

// A line that begins with a label such as "[1]", its further lines below the text.
std::string labelled(const std::string& label, const std::string& text);

// The references of a catalog, numbered from 1 in the order of the file.
class References {
 public:
  explicit References(const catalog::File& catalog);
  std::string known(const catalog::Origin& origin) const;  // "read [4]"
  std::string text(const catalog::Origin& origin) const;   // "read [4], lines 19-42: a note"
  std::string list() const;

 private:
  std::vector<std::string> texts_;
};

// "lines 19-42: a note", as far as there is such.
std::string place_and_note(const catalog::Origin& origin);

// Columns under bold headings; the first is the name of the row.
class Columns {
 public:
  void add(std::vector<std::string> cells);
  bool fits() const;
  std::vector<std::string> lines() const;
  std::string text(const Style& style) const;

 private:
  std::vector<std::vector<std::string>> lines_;
  std::vector<std::size_t> widths_;
};

// Origins that belong to one row, or to all.
class Origins {
 public:
  Origins(const catalog::File& catalog, const References& references);
  // What most rows say about a field, one line a field.
  std::string common() const;
  bool is_common(const std::string& key, const catalog::Origin& origin) const;
  // What a row says otherwise about a field or its members.
  std::string own(const catalog::Row& row, const std::string& field, std::size_t indent) const;
  // The same of all rows.
  std::string exceptions() const;

 private:
  std::string entry(const std::string& what, const catalog::Origin& origin) const;
  void find_common(const std::string& key);
  const catalog::File& catalog_;
  const References& references_;
  std::vector<std::pair<std::string, const catalog::Origin*>> common_;
};

}  // namespace output
