#include "models/device/twins.hpp"

#include <algorithm>

namespace device {

using signals::Listener;

namespace {

// From the CONNACK until the first read arrives: the acknowledgement travels, then the subscription to the
// answers and its own acknowledgement, then the read. The place of a read in the throttle's queue is that of
// the connect; these trips are added to the end.
constexpr int trips_before_read = 2;

}  // namespace

void Twins::begin(Device d, const Client& c, Time now, Duration rtt) {
  const OnConnect& todo = roster_.behaviour(c).on_connect;
  if (!todo.any()) return;
  if (!reach_.hub_of(c).has_twins()) return tell<&Listener::ready>(d, now);
  Requests requests;
  requests.left = todo.twin_reads;
  requests.rtt = rtt;
  requests.heard = now + rtt / 2 + (todo.twin_reads > 0 ? trips_before_read * rtt : Duration{0});
  read(d, c, now, requests);
}

void Twins::read(Device d, const Client& c, Time now, Requests requests) {
  hub::Hub& hub = reach_.hub_of(c);
  while (requests.left > 0) {
    const sim::Admission admission = hub.read_twin(now, d, c.group);
    if (admission == sim::Admission::served) {
      was_read(now, requests);
      continue;
    }
    if (admission == sim::Admission::queued) {
      requests.asked = now;
      requests.due = sim::never;
      requests_.get(d) = requests;
      return;
    }
    if (!was_refused(d, c, now, requests)) return;
  }
  requests_.erase(d);
  if (roster_.behaviour(c).on_connect.twin_writes > 0) hub.update_twin(now, c.group);
  tell<&Listener::ready>(d, std::max(requests.heard, now));
}

// One read was answered; each that follows takes a round trip of its own.
void Twins::was_read(Time now, Requests& requests) {
  requests.heard = std::max(requests.heard, now + requests.rtt / 2);
  if (--requests.left > 0) requests.heard += requests.rtt;
}

// Whether it goes on without that read; else it asks again later.
bool Twins::was_refused(Device d, const Client& c, Time now, Requests& requests) {
  const Duration again = roster_.behaviour(c).on_connect.again;
  if (again == Duration{0}) {
    --requests.left;
    return true;
  }
  requests.due = now + requests.rtt + again;
  requests_.get(d) = requests;
  return false;
}

bool Twins::answered(Device d, Time asked, Time now, bool served) {
  const Requests* const known = requests_.find(d);
  if (known == nullptr || known->due != sim::never || known->asked != asked) return false;
  const Client& c = roster_[d];
  Requests requests = *known;
  if (served) was_read(now, requests);
  if (served || was_refused(d, c, now, requests)) read(d, c, now, requests);
  return true;
}

}  // namespace device
