// The rules of the rooms in models/ as functions: how large a class may be, and what one room may include of
// another.
#pragma once
#include <string>
#include <utility>
#include <vector>

#include "tests/unit/tidy_rules.hpp"

namespace tidy {

// A class or struct of a file, with what is declared in its own body. Constructors, operators and friends
// that are defined in it count as functions; types, static constants and members of classes inside it do not
// count.
struct ClassSize {
  std::string name;
  std::size_t line = 0;  // of its opening brace, from 1
  std::size_t functions = 0;
  std::size_t data = 0;
};
std::vector<ClassSize> class_sizes(const File& file);

// Classes with member functions that have more of them, or more data members, than a reader can hold in mind.
// A struct of settings has data alone, and is as long as what it describes.
Findings large_classes(const File& file, std::size_t most_functions, std::size_t most_data);

// Includes of a header of another room of models/ that is no face of it: its face is <room>/<room>.hpp, its
// settings are <room>/settings.hpp, the tables that read these <room>/tables.hpp, what it counts is
// <room>/counters.hpp.
Findings behind_faces(const File& file);

// The classes and structs that a file defines outside of others, as "namespace::Name"; those of unnamed
// namespaces are its own and left out.
std::vector<std::string> types_defined(const File& file);

// Rooms of models/ that a file of another room includes a header of: from, to.
std::vector<std::pair<std::string, std::string>> rooms_used(const File& file);

}  // namespace tidy
