// Fills in what follows from what a scenario says: names, regions, hubs, rules of clients.
#pragma once
#include "models/application/draft.hpp"
#include "sim/settings/origin.hpp"

namespace application {

using sim::settings::Origin;

// Leaves draft.scenario complete, and the given parts as they are to be written in the resolved scenario.
void resolve(Draft& draft, const std::string& file_name, const Origin& origin);

// Hubs for a fleet where a scenario gives none: the era's number, edition S1 with the units that the daily
// messages need, S2 or S3 where S1 does not go so far.
std::vector<hub::Settings> sized_hubs(const Scenario& scenario);
// Messages, properties, commands and what follows connects of the whole fleet on an average day, in blocks of
// the edition, rounded up.
std::uint64_t metered_a_day(const Scenario& scenario, hub::Edition edition);

}  // namespace application
