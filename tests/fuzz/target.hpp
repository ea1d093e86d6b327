// What the reader of scenarios promises for any text at all.
#pragma once
#include <string>

namespace fuzz {

// Reads the text as a scenario. It must either be refused with a message, or give a scenario whose resolved
// text reads back as itself. Anything else ends the process with a message on stderr.
void read_scenario(const std::string& text);

}  // namespace fuzz
