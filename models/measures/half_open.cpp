#include "models/measures/half_open.hpp"

#include <algorithm>

#include "models/measures/list.hpp"

namespace measures {

void HalfOpen::half_open(Device d, Time at, Time closes, HubId hub) {
  if (place_.empty()) place_.resize(devices_);
  held_.push_back({d, at, closes, hub});
  place_[d] = static_cast<std::uint32_t>(held_.size());
}

// The last one takes its place.
void HalfOpen::forget(std::size_t i) {
  place_[held_[i].device] = 0;
  if (i + 1 < held_.size()) {
    held_[i] = held_.back();
    place_[held_[i].device] = static_cast<std::uint32_t>(i + 1);
  }
  held_.pop_back();
}

void HalfOpen::end(const Connection& connection, Time at) {
  const Time until = std::min(at, connection.closes);
  if (until < warmup_) return;
  ++connections_;
  closed_ += connection.closes <= at;
  time_us_ += (until - std::max(warmup_, connection.from)).count();
}

// A new connection drops the old one; or packets get through again.
void HalfOpen::online(Device d, Time at, Time, HubId) {
  if (held_.empty() || place_[d] == 0) return;
  end(held_[place_[d] - 1], at);
  forget(place_[d] - 1);
}

void HalfOpen::left(Device d, Time at, HubId hub) { online(d, at, at, hub); }

void HalfOpen::hub_serves(Time at, HubId hub, bool serves) {
  if (serves) return;
  for (std::size_t i = held_.size(); i-- > 0;) {
    if (held_[i].hub != hub) continue;
    end(held_[i], at);
    forget(i);
  }
}

void HalfOpen::finish(Time last) {
  for (const Connection& connection : held_) end(connection, last);
  held_.clear();
}

void HalfOpen::report(Report& report) const {
  const auto put = [&](const char* name, const char* unit, std::optional<double> value) {
    report.values[name] = {unit, value, std::nullopt, std::nullopt};
  };
  put("hub.half_open", "connections", static_cast<double>(connections_));
  put("hub.half_open_closed", "connections", static_cast<double>(closed_));
  std::optional<double> mean;
  if (connections_ > 0) mean = static_cast<double>(time_us_) / static_cast<double>(connections_) / 1e6;
  put("hub.half_open_time", "s", mean);
}

std::unique_ptr<Measure> make_half_open(const Subject& subject) {
  return listening(subject, std::make_unique<HalfOpen>(subject.warmup, subject.devices->roster().size()));
}

}  // namespace measures
