// Invariants that judge every run; a broken one stops the program, for its numbers would be wrong.
#pragma once
#include <vector>

#include "models/checks/figures.hpp"
#include "models/device/devices.hpp"
#include "models/exports/exports.hpp"
#include "models/hub/hub.hpp"
#include "models/measures/balance.hpp"
#include "models/measures/messages.hpp"
#include "models/provisioning/service.hpp"

namespace checks {

struct Judged {
  const device::Devices& devices;
  const hub::Hubs& hubs;
  const provisioning::Service& dps;
  const measures::Balance& balance;
  const measures::Messages& messages;
  const exports::Exports* exports = nullptr;
};

// At the end of a run: conservation of messages, requests and devices, Little's law on every queue, one hub a
// device. (That wait parts add up to the outage is checked device by device as episodes close.)
void judge(const Judged& judged, sim::Time end);

}  // namespace checks
