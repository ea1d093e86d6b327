#include "tools/output/grid.hpp"

#include <algorithm>

#include "tools/output/escape.hpp"
#include "tools/output/words.hpp"

namespace output {
namespace {

constexpr std::size_t gap = 2;

std::vector<std::size_t> widths(const std::vector<Row>& rows) {
  std::vector<std::size_t> all(rows.empty() ? 0 : rows[0].size(), 0);
  for (const Row& row : rows)
    for (std::size_t i = 0; i < row.size(); ++i) all[i] = std::max(all[i], words::columns(row[i]));
  return all;
}

}  // namespace

std::size_t grid_width(const std::vector<Row>& rows, std::size_t indent) {
  std::size_t sum = indent;
  for (const std::size_t width : widths(rows)) sum += width + gap;
  return sum < gap ? 0 : sum - gap;
}

std::string grid(const std::vector<Row>& rows, std::size_t indent) {
  const std::vector<std::size_t> columns = widths(rows);
  std::string text;
  for (const Row& row : rows) {
    std::string line(indent, ' ');
    for (std::size_t i = 0; i < row.size(); ++i)
      line += i + 1 == row.size() ? row[i] : words::pad(row[i], columns[i] + gap);
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  return text;
}

std::string markdown_grid(const std::vector<Row>& rows) {
  std::string text;
  for (std::size_t r = 0; r < rows.size(); ++r) {
    std::string line = "|";
    for (const std::string& cell : rows[r]) line += " " + escape::markdown(cell) + " |";
    text += line + "\n";
    if (r > 0) continue;
    text += "|";
    for (std::size_t i = 0; i < rows[r].size(); ++i) text += " --- |";
    text += "\n";
  }
  return text;
}

}  // namespace output
