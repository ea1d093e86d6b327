#include "models/measures/subject.hpp"

namespace measures {

ids::PerId<HubId, std::string> Subject::hub_names() const {
  ids::PerId<HubId, std::string> names;
  for (const hub::Hub* hub : *hubs) names.push_back(hub->settings().name);
  return names;
}

}  // namespace measures
