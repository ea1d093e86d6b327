#include "models/measures/uptime.hpp"

#include <algorithm>

#include "models/measures/list.hpp"

namespace measures {

Uptime::Uptime(ids::PerId<HubId, std::string> hubs, Time warmup)
    : names_(std::move(hubs)), warmup_(warmup), hubs_(names_.size()) {}

Uptime::Hub& Uptime::advance(Time to, HubId hub) {
  Hub& h = hubs_[hub];
  const Time from = std::max(h.since, warmup_);
  h.since = to;
  if (to > from && h.exists) {
    h.there += to - from;
    if (h.serves) h.serving += to - from;
  }
  return h;
}

void Uptime::hub_serves(Time at, HubId hub, bool serves) { advance(at, hub).serves = serves; }

void Uptime::hub_sized(Time at, HubId hub, const signals::Size& size) {
  Hub& h = advance(at, hub);
  h.exists = size.units > 0;
  h.was_there = h.was_there || h.exists;
}

void Uptime::finish(Time end) {
  for (const HubId h : hubs_.ids()) advance(end, h);
}

void Uptime::report(Report& report) const {
  const auto put = [&](const std::string& name, Duration serving, Duration there) {
    Value v{"1", std::nullopt, std::nullopt, std::nullopt};
    if (there > Duration{0}) v.value = sim::seconds(serving) / sim::seconds(there);
    report.values[name] = v;
  };
  Duration serving{0}, there{0};
  for (const HubId h : hubs_.ids()) {
    if (hubs_[h].was_there) put("hub." + names_[h] + ".availability", hubs_[h].serving, hubs_[h].there);
    serving += hubs_[h].serving;
    there += hubs_[h].there;
  }
  put("hubs.availability", serving, there);
}

std::unique_ptr<Measure> make_uptime(const Subject& subject) {
  return listening(subject, std::make_unique<Uptime>(subject.hub_names(), subject.warmup));
}

}  // namespace measures
