// The kinds of destinations there are.
#pragma once
#include <string>
#include <vector>

#include "models/exports/destination_kind.hpp"

namespace exports {

const std::vector<const DestinationKind*>& destination_kinds();
const DestinationKind& kind_named(const std::string& name);  // throws std::out_of_range

}  // namespace exports
