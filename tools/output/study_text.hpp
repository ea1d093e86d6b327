// The table of a study for a terminal, or in Markdown.
#pragma once
#include <set>
#include <string>
#include <vector>

#include "tools/output/style.hpp"
#include "tools/study/results.hpp"

namespace output {

// Points with their metrics, whether they meet what is expected, and what each axis does. At most 80 columns
// where the axes leave room: many metrics make several tables.
std::string study_text(const study::Results& results, const Style& style);

// The same as a page of Markdown.
std::string study_markdown(const study::Results& results);

// The shortest endings that tell metrics apart: "p99" for recovery.hub2.p99 where there is no other p99; none
// of `taken`, and none that begins with a digit.
std::vector<std::string> short_names(const std::vector<std::string>& metrics,
                                     const std::set<std::string>& taken);

}  // namespace output
