// Which devices each fault struck, and which lost service beside it. Recovery fills it in.
#pragma once
#include <unordered_map>
#include <utility>
#include <vector>

#include "models/signals.hpp"
#include "sim/time.hpp"

namespace measures {

using signals::Device;
using sim::Time;

class Struck {
 public:
  // So many faults and devices; nothing is kept of a fault before it strikes somebody.
  Struck(std::size_t faults, std::size_t devices) : of_(faults), devices_(devices) {}
  // The device has an episode of the fault. Whether it is its first.
  bool strike(std::size_t fault, Device d);
  // It lost service to no fault, or failed to come back: once for each stretch from `since`, when a fault
  // began last.
  void note(Device d, Time at, Time since);
  void finish();  // before devices_beside()
  // Devices noted in these times, which are apart from each other and in order, but for those that the fault
  // struck itself.
  std::size_t devices_beside(std::size_t fault, const std::vector<std::pair<Time, Time>>& times) const;

 private:
  std::vector<std::vector<bool>> of_;  // of each fault: of each device; empty while there is none
  std::size_t devices_;
  std::vector<std::pair<Device, Time>> noted_;   // after finish() in order of time
  std::unordered_map<Device, Time> last_noted_;  // never iterated
};

}  // namespace measures
