// What a client does with its device twin once it has connected: it reads it, past the hub's throttle of twin
// reads, and then updates reported properties. It sends and receives meanwhile.
#include <algorithm>

#include "models/device/devices.hpp"

namespace device {

using signals::Listener;

namespace {

// From the CONNACK until the first read arrives: the acknowledgement travels, then the subscription to the
// answers and its own acknowledgement, then the read. The place of a read in the throttle's queue is that of
// the connect; these trips are added to the end.
constexpr int trips_before_read = 2;

}  // namespace

// The connection is there, or there again after a renewal of the token.
void Devices::begin_twin_requests(Device d, Client& c, Time now, Duration rtt) {
  const OnConnect& todo = behaviour(c).on_connect;
  if (!todo.any()) return;
  if (!hub_of(c).has_twins()) return tell<&Listener::ready>(d, now);
  TwinRequests requests;
  requests.left = todo.twin_reads;
  requests.rtt = rtt;
  requests.heard = now + rtt / 2 + (todo.twin_reads > 0 ? trips_before_read * rtt : Duration{0});
  read_twin(d, c, now, requests);
}

void Devices::read_twin(Device d, Client& c, Time now, TwinRequests requests) {
  hub::Hub& hub = hub_of(c);
  while (requests.left > 0) {
    const sim::Admission admission = hub.read_twin(now, d);
    if (admission == sim::Admission::served) {
      twin_read(c, now, requests);
      continue;
    }
    if (admission == sim::Admission::queued) {
      requests.asked = now;
      requests.due = sim::never;
      twin_requests_.insert_or_assign(d, requests);
      return;
    }
    if (!refused_read(d, c, now, requests)) return;
  }
  twin_requests_.erase(d);
  if (behaviour(c).on_connect.twin_writes > 0) hub.update_twin(now, c.group);
  tell<&Listener::ready>(d, std::max(requests.heard, now));
}

// One read was answered; each that follows takes a round trip of its own.
void Devices::twin_read(const Client& c, Time now, TwinRequests& requests) {
  hub_of(c).meter_read(now, c.group);
  requests.heard = std::max(requests.heard, now + requests.rtt / 2);
  if (--requests.left > 0) requests.heard += requests.rtt;
}

// Whether it goes on without that read; else it asks again later.
bool Devices::refused_read(Device d, const Client& c, Time now, TwinRequests& requests) {
  const Duration again = behaviour(c).on_connect.again;
  if (again == Duration{0}) {
    --requests.left;
    return true;
  }
  requests.due = now + requests.rtt + again;
  twin_requests_.insert_or_assign(d, requests);
  return false;
}

// The throttle has let a read through, or dropped it. Of a connection that is closed nobody hears.
void Devices::twin_answered(Device device, Time asked, Time now, bool served) {
  const auto found = twin_requests_.find(device);
  if (found == twin_requests_.end() || found->second.due != sim::never || found->second.asked != asked)
    return;
  Client& c = clients_[device];
  now_ = now;
  TwinRequests requests = found->second;
  if (served) twin_read(c, now, requests);
  if (served || refused_read(device, c, now, requests)) read_twin(device, c, now, requests);
  set_wake(device, c);
}

Time Devices::next_twin_read(Device d) const {
  const auto found = twin_requests_.empty() ? twin_requests_.end() : twin_requests_.find(d);
  return found == twin_requests_.end() ? sim::never : found->second.due;
}

bool Devices::reads_twin_again(Device d, Client& c, Time now) {
  if (next_twin_read(d) > now) return false;
  read_twin(d, c, now, twin_requests_.at(d));
  return true;
}

}  // namespace device
