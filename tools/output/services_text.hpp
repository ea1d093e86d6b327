// The state of the application in words: balance of the hubs, what DPS and hubs had to bear, telemetry,
// devices.
#pragma once
#include <string>

#include "tools/output/view.hpp"

namespace output {

std::string balance_text(const View& view);
std::string pressure_text(const View& view);

}  // namespace output
