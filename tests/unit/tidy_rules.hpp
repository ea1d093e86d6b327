// The style rules of the tree as functions: each looks at one file and says where the file breaks the rule.
#pragma once
#include <filesystem>
#include <string>
#include <vector>

namespace tidy {

struct File {
  std::string path;  // relative to the root of the tree, with slashes
  std::vector<std::string> lines;
};

// "path:line: what", one each; empty where the rule holds.
using Findings = std::vector<std::string>;

// Every text file of the tree that is written by hand, in the order of paths; what is built is left out.
std::vector<File> read_tree(const std::filesystem::path& root);
File make_file(std::string path, const std::string& text);
bool is_cpp(const File& file);
bool is_markdown(const File& file);

// The code with comments and the contents of literals blanked: same lines, braces and quotes only where they
// count.
std::vector<std::string> bare_code(const File& file);

Findings long_functions(const File& file, std::size_t most_lines);
Findings long_file(const File& file, std::size_t most_lines);
Findings wide_lines(const File& file, std::size_t most_columns);
Findings includes_upward(const File& file);
Findings unfinished_words(const File& file);
Findings machine_paths(const File& file);
// A header says in its first line what it is for; so does a source file whose header is not there to say it.
Findings no_purpose(const File& file);
// Sources of results that differ between machines or runs.
Findings unrepeatable(const File& file);
// Containers without an order, unless the comment beside them says that they are never iterated.
Findings unordered(const File& file);
// Names in the kernel that speak of the models.
Findings words_above_kernel(const File& file);
// Standard output and error in the command other than by tools/output/streams.
Findings streams_of_their_own(const File& file);
// Names of test cases that ctest cannot hand on to Catch2.
Findings test_names(const File& file);
// Links of a Markdown page to files that are not there; a page that does not start with its title.
Findings broken_page(const File& file, const std::filesystem::path& root);

}  // namespace tidy
