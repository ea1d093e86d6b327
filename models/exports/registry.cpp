#include "models/exports/registry.hpp"

#include <stdexcept>

#include "models/exports/kinds/blob_container.hpp"
#include "models/exports/kinds/data_explorer.hpp"
#include "models/exports/kinds/event_hub.hpp"
#include "models/exports/kinds/service_bus.hpp"
#include "models/exports/kinds/webhook.hpp"

namespace exports {

const std::vector<const DestinationKind*>& destination_kinds() {
  static const std::vector<const DestinationKind*> all{
      &event_hubs(),   &service_bus_queue(), &service_bus_topic(),
      &blob_storage(), &webhook(),           &data_explorer(),
  };
  return all;
}

const DestinationKind& kind_named(const std::string& name) {
  for (const DestinationKind* kind : destination_kinds())
    if (kind->name() == name) return *kind;
  throw std::out_of_range("no kind of destination " + name);
}

}  // namespace exports
