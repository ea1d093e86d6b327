// Makes a scenario that goes wrong as small as it can be.
#pragma once
#include <functional>

#include "sim/settings/document.hpp"

namespace fuzz {

// The document without all that it still goes wrong without. `wrong` is asked at most so many times.
sim::settings::Node shrunk(sim::settings::Node document,
                           const std::function<bool(const sim::settings::Node&)>& wrong, int most_tries);

}  // namespace fuzz
