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
    if (h.serves && h.capacity == 1) h.serving += to - from;
    if (h.serves && h.capacity < 1) h.part_s += sim::seconds(to - from) * h.capacity;
  }
  return h;
}

void Uptime::hub_serves(Time at, HubId hub, bool serves) { advance(at, hub).serves = serves; }

void Uptime::hub_capacity(Time at, HubId hub, double share) { advance(at, hub).capacity = share; }

void Uptime::hub_sized(Time at, HubId hub, const signals::Size& size) {
  Hub& h = advance(at, hub);
  h.exists = size.units > 0;
  h.was_there = h.was_there || h.exists;
}

void Uptime::finish(Time end) {
  for (const HubId h : hubs_.ids()) advance(end, h);
}

void Uptime::report(Report& report) const {
  const auto put = [&](const std::string& name, Duration serving, double part_s, Duration there) {
    Value v{"1", std::nullopt, std::nullopt, std::nullopt};
    if (there > Duration{0}) v.value = (sim::seconds(serving) + part_s) / sim::seconds(there);
    report.values[name] = v;
  };
  Hub all;
  for (const HubId h : hubs_.ids()) {
    const Hub& one = hubs_[h];
    if (one.was_there) put("hub." + names_[h] + ".availability", one.serving, one.part_s, one.there);
    all.serving += one.serving;
    all.part_s += one.part_s;
    all.there += one.there;
  }
  put("hubs.availability", all.serving, all.part_s, all.there);
}

std::unique_ptr<Measure> make_uptime(const Subject& subject) {
  return listening(subject, std::make_unique<Uptime>(subject.hub_names(), subject.warmup));
}

}  // namespace measures
