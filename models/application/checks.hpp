// What contradicts itself or the platform in a scenario, found before time zero. Each check looks only at
// values that were read without an error.
#pragma once
#include "models/application/resolve.hpp"

namespace application {

// Reports contradictions; what `limits: off` lets pass becomes a warning of the scenario.
void check(Draft& draft, const Origin& origin);

// Parts of it.
void check_names(const Draft& draft, const Origin& origin);
void check_times(Draft& draft, const Origin& origin);
void check_platform(Draft& draft, const Origin& origin);

}  // namespace application
