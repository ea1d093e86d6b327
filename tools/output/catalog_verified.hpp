// A catalog that says what its figures were held against: as text, and as a table of the page
// docs/validation.md.
#pragma once
#include <string>

#include "models/catalog_file.hpp"
#include "tools/output/catalog_parts.hpp"
#include "tools/output/style.hpp"

namespace output {

// A line a figure: what it is, how it is known, and by what it is verified, if by anything. A row with a base
// shows what it gives itself.
std::string verified_text(const catalog::File& catalog, const References& references, const Origins& origins,
                          const Style& style);

// A row of Markdown for each of the catalog: its figures by how far they can be trusted.
std::string trust_table(const catalog::File& catalog);

}  // namespace output
