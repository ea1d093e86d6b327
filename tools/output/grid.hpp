// Rows of cells as a table: for a terminal, or in Markdown.
#pragma once
#include <string>
#include <vector>

namespace output {

using Row = std::vector<std::string>;

// Columns as wide as their widest cell, two blanks apart, `indent` blanks in front; the first row is the
// head. Cells may be coloured. All rows are equally long.
std::string grid(const std::vector<Row>& rows, std::size_t indent);
std::size_t grid_width(const std::vector<Row>& rows, std::size_t indent);

// The same as a table of Markdown; what would break it is escaped.
std::string markdown_grid(const std::vector<Row>& rows);

}  // namespace output
