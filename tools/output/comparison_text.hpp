// A comparison as text: for the terminal, and as Markdown for the summary page of a CI job.
#pragma once
#include <string>

#include "tools/output/compared.hpp"
#include "tools/output/style.hpp"

namespace output {

// At most 80 columns, apart from names and paths.
std::string comparison_text(const std::vector<Compared>& all, const Style& style);

std::string comparison_markdown(const std::vector<Compared>& all);

}  // namespace output
