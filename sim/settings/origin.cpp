#include "sim/settings/origin.hpp"

namespace sim::settings {

void Origin::error(const std::vector<Step>& path, const std::string& what, const std::string& hint) const {
  diagnostics.error(place_of(root, path), path_text(path) + ": " + what, hint);
}

}  // namespace sim::settings
