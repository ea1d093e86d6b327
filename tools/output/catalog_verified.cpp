#include "tools/output/catalog_verified.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>
#include <set>

#include "tools/output/catalog_text.hpp"
#include "tools/output/words.hpp"

namespace output {
namespace {

using catalog::Evidence;
using catalog::File;
using catalog::Node;
using catalog::Origin;

// The strongest first.
constexpr std::array<const char*, 4> kinds{"measured", "virtual time", "seen", "issue threads"};

std::string letter(std::size_t place) {
  const std::string last(1, static_cast<char>('a' + place % 26));
  return place < 26 ? last : letter(place / 26 - 1) + last;
}

std::size_t place_of(const File& catalog, const std::string& name) {
  const auto& all = catalog.evidence();
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const Evidence& one) { return one.name == name; });
  return static_cast<std::size_t>(found - all.begin());
}

// How the strongest evidence of a figure came about; empty if there is none.
std::string strongest(const File& catalog, const catalog::Row& row, const std::string& figure) {
  const std::vector<std::string> names = row.evidence(figure);
  for (const char* kind : kinds)
    for (const std::string& name : names)
      if (catalog.evidence()[place_of(catalog, name)].how == kind) return kind;
  return "";
}

// "measured [a,b]"
std::string verified_cell(const File& catalog, const catalog::Row& row, const std::string& figure) {
  std::set<std::size_t> places;
  for (const std::string& name : row.evidence(figure)) places.insert(place_of(catalog, name));
  if (places.empty()) return "-";
  std::vector<std::string> letters;
  for (const std::size_t place : places) letters.push_back(letter(place));
  return fmt::format("{} [{}]", strongest(catalog, row, figure), fmt::join(letters, ","));
}

std::string value_of(const catalog::Row& row, const std::string& figure) {
  const std::size_t dot = figure.find('.');
  const Node* value = row.fields.find(figure.substr(0, dot));
  return figure_text(dot == std::string::npos ? *value : *value->find(figure.substr(dot + 1)));
}

// Those of the fields that the row gives itself.
std::vector<std::string> own_figures(const catalog::Row& row) {
  std::vector<std::string> all = catalog::figures(row);
  if (!row.base.empty())
    std::erase_if(all, [&](const std::string& figure) {
      return std::find(row.own.begin(), row.own.end(), figure.substr(0, figure.find('.'))) == row.own.end();
    });
  return all;
}

// By what the origin of a figure is known: itself, or its field.
std::string key_of(const catalog::Row& row, const std::string& figure) {
  return row.origins.count(figure) ? figure : figure.substr(0, figure.find('.'));
}

class RowText {
 public:
  RowText(const File& catalog, const catalog::Row& row, const References& references, const Origins& origins)
      : catalog_(catalog),
        row_(row),
        references_(references),
        origins_(origins),
        figures_(own_figures(row)) {}

  std::string text(const Style& style) const {
    Columns columns;
    columns.add({row_.name, "", "known", "verified"});
    for (const std::string& figure : figures_)
      columns.add({"  " + figure, value_of(row_, figure), references_.known(row_.origin(figure)),
                   verified_cell(catalog_, row_, figure)});
    const std::vector<std::string> lines = columns.lines();
    std::string out = style.bold(lines.front()) + "\n";
    std::vector<Origin> noted;  // what two runs of figures share is said under the first
    for (std::size_t i = 0; i < figures_.size(); ++i) {
      out += lines[i + 1] + "\n";
      const Origin& origin = row_.origin(figures_[i]);
      if (i + 1 < figures_.size() && row_.origin(figures_[i + 1]) == origin) continue;
      if (std::find(noted.begin(), noted.end(), origin) != noted.end()) continue;
      out += note_on(i, style);
      noted.push_back(origin);
    }
    return out + (row_.base.empty() ? "" : "  all else as " + row_.base + "\n");
  }

 private:
  // Unless it stands below the rows for all.
  std::string note_on(std::size_t i, const Style& style) const {
    const Origin& origin = row_.origin(figures_[i]);
    const std::string note = place_and_note(origin);
    if (note.empty() || origins_.is_common(key_of(row_, figures_[i]), origin)) return "";
    const std::string text = words::wrap(note, 6);
    return style.faint(text.substr(0, text.size() - 1)) + "\n";
  }

  const File& catalog_;
  const catalog::Row& row_;
  const References& references_;
  const Origins& origins_;
  std::vector<std::string> figures_;
};

std::string where(const std::string& how) {
  if (how == "measured") return "measured, tests/validation/data:";
  if (how == "virtual time") return "virtual time, tests/validation/node:";
  return how + ":";
}

std::string evidence_list(const File& catalog) {
  std::string out;
  for (std::size_t i = 0; i < catalog.evidence().size(); ++i) {
    const Evidence& one = catalog.evidence()[i];
    out += labelled(fmt::format("[{}]", letter(i)),
                    fmt::format("{} {}{}{}", where(one.how), fmt::join(one.by, ", "),
                                one.note.empty() ? "" : "; ", one.note));
  }
  return out + labelled("-", "not held against anything beside its source");
}

// Fields, or members where not all of a field are among those chosen.
std::string chosen(const catalog::Row& row, const std::function<bool(const std::string&)>& choose) {
  const std::vector<std::string> figures = own_figures(row);
  std::vector<std::string> names;
  for (const std::string& figure : figures) {
    const std::string field = figure.substr(0, figure.find('.'));
    const bool whole = std::all_of(figures.begin(), figures.end(), [&](const std::string& other) {
      return other.substr(0, other.find('.')) != field || choose(other);
    });
    const std::string name = whole ? field : figure;
    if (choose(figure) && (names.empty() || names.back() != name)) names.push_back(name);
  }
  return fmt::format("{}", fmt::join(names, ", "));
}

}  // namespace

std::string verified_text(const File& catalog, const References& references, const Origins& origins,
                          const Style& style) {
  std::string out;
  for (const catalog::Row& row : catalog.rows())
    out += RowText(catalog, row, references, origins).text(style) + "\n";
  const std::string common = origins.common();
  return out + section(style, "Sources", common) + (common.empty() ? "" : "\n") +
         section(style, "Verified by", evidence_list(catalog)) + "\n" +
         section(style, "References", references.list());
}

std::string trust_table(const File& catalog) {
  std::string out =
      "| client | verified | read in source | documented | assumed |\n"
      "| --- | --- | --- | --- | --- |\n";
  for (const catalog::Row& row : catalog.rows()) {
    std::string verified;
    for (const char* kind : kinds) {
      const std::string names =
          chosen(row, [&](const std::string& figure) { return strongest(catalog, row, figure) == kind; });
      if (!names.empty()) verified += fmt::format("{}{}: {}", verified.empty() ? "" : "; ", kind, names);
    }
    const auto only = [&](const char* status) {
      return chosen(row, [&](const std::string& figure) {
        return row.evidence(figure).empty() && row.origin(figure).status == status;
      });
    };
    out +=
        fmt::format("| {}{} | {} | {} | {} | {} |\n", row.name, row.base.empty() ? "" : ", else " + row.base,
                    verified, only("read"), only("documented"), only("assumed"));
  }
  return out;
}

}  // namespace output
