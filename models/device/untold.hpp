// What happened to a client at its hub of which no packet told: when the host of a frozen hub takes what was
// sent in vain before; or when the hub accepted a CONNECT that waited there, or closed its connection.
#pragma once
#include <unordered_map>

#include "models/signals.hpp"

namespace device {

using signals::Device;

class Untold {
 public:
  struct Event {
    sim::Time at = sim::Time::min();  // nothing happened
    bool closed = false;
  };
  Event of(Device d) const {
    const auto found = events_.empty() ? events_.end() : events_.find(d);
    return found == events_.end() ? Event{} : found->second;
  }
  void note(Device d, Event event) { events_.insert_or_assign(d, event); }
  void forget(Device d) {
    if (!events_.empty()) events_.erase(d);
  }

 private:
  std::unordered_map<Device, Event> events_;  // never iterated
};

}  // namespace device
