// What a run is measured of: the application as it was built, from which measures are made.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "models/causes.hpp"
#include "models/device/devices.hpp"
#include "models/exports/exports.hpp"
#include "models/measures/catalog.hpp"
#include "models/measures/cost.hpp"
#include "models/measures/measure.hpp"
#include "models/measures/monthly.hpp"

namespace measures {

class Balance;
class ExportTotals;
class Messages;
class Recovery;
class ServiceHistory;
class Scaling;

struct Subject {
  // Everything pointed to outlives the measures.
  signals::Board* board = nullptr;
  const Time* now = nullptr;  // the present instant
  Time warmup{}, end{};
  const hub::Hubs* hubs = nullptr;  // all that there may be
  std::size_t hubs_there = 0;       // so many of them from the start
  const device::Devices* devices = nullptr;
  const provisioning::Service* dps = nullptr;
  ids::PerId<GroupId, std::size_t>
      access_paths{};  // groups with the same number always reach the same services

  struct Incident {
    std::size_t fault = 0;  // index of its name
    Time begin{}, end{};    // of the run, where it ends later
    bool takes_region = false;
  };
  std::vector<std::string> faults{};         // their names, whether they happen or not
  std::vector<std::string> region_faults{};  // those that may take the region of the application
  ids::PerId<CauseId, Incident> incidents{};
  const signals::Causes* causes = nullptr;
  ids::PerId<CauseId, bool> cuts_off{};  // of all causes: whether it may cut devices off
  std::vector<Within> within{};          // times that recovery.<fault>.within reports
  sim::Duration rpo{0};                  // age of the copy that a lost region leaves
  bool recovers = false;                 // whether anything brings the application back elsewhere
  sim::Duration oscillation{0};          // a change that is undone so soon is one

  exports::Exports* exports = nullptr;  // none, where nothing is exported
  const std::vector<exports::Export>* exported = nullptr;
  struct Delivery {
    std::string name;               // "<export>.<destination>"
    std::vector<CauseId> faults{};  // the incidents that are about its destination
  };
  std::vector<Delivery> deliveries{};
  const Prices* prices = nullptr;
  Steady steady{};
  std::optional<signals::Device> traced{};
  bool episodes = false;  // each is asked for

  // Measures that others ask.
  const ServiceHistory* service_history = nullptr;
  Recovery* recovery = nullptr;
  const Balance* balance = nullptr;
  const Messages* messages = nullptr;
  const Scaling* scaling = nullptr;
  const ExportTotals* export_totals = nullptr;  // none, where nothing is exported

  ids::PerId<HubId, std::string> hub_names() const;
};

// The same measure, after it has been given to the board as a listener.
template <class M>
std::unique_ptr<M> listening(const Subject& subject, std::unique_ptr<M> measure) {
  subject.board->subscribe(*measure);
  return measure;
}

}  // namespace measures
