// Into which part of the wait each stretch of a device's time without service goes (definitions:
// docs/metrics.md).
#include <algorithm>

#include "models/measures/recovery.hpp"

namespace measures {

using signals::Activity;

namespace {

WaitPart planned_part(ServiceHistory::Prospect view, WaitPart when_served) {
  switch (view) {
    case ServiceHistory::Prospect::serves:
      return when_served;
    case ServiceHistory::Prospect::alternative:
      return WaitPart::stuck;
    case ServiceHistory::Prospect::down:
      return WaitPart::service_down;
  }
  return when_served;
}

WaitPart part_when_served(Activity activity) {
  switch (activity) {
    case Activity::on_wire:
      return WaitPart::network;
    case Activity::hub_queue:
      return WaitPart::hub_queue;
    case Activity::dps_throttled:
      return WaitPart::dps_throttle;
    case Activity::dps_operation:
      return WaitPart::dps_processing;
    default:
      return WaitPart::backoff;
  }
}

}  // namespace

void Recovery::classify(Record& r, const Segment& s, Time from, Time to) {
  from = std::max(from, r.lost);
  if (to <= from) return;
  const auto add = [&](WaitPart part, Duration length) { r.parts[static_cast<std::size_t>(part)] += length; };
  switch (s.activity) {
    case Activity::undetected:
      return add(WaitPart::detection, to - from);
    case Activity::given_up:
      return add(WaitPart::stuck, to - from);
    case Activity::no_power:
    case Activity::booting:
      special_.off[r.device][s.activity == Activity::booting] += to - from;
      return;
    default:
      break;
  }
  if (special_.waits()) return classify_special(r, s, from, to);
  classify_served(r, s, from, to, part_when_served(s.activity));
}

// Some devices are blocked, or a hub does not serve them however well it fares: this one may be among them.
void Recovery::classify_special(Record& r, const Segment& s, Time from, Time to) {
  const WaitPart served = part_when_served(s.activity);
  const auto add = [&](WaitPart part, Duration length) { r.parts[static_cast<std::size_t>(part)] += length; };
  const auto apart_known = special_.apart.find(r.device);
  const Apart* const apart = apart_known == special_.apart.end() || s.hub != apart_known->second.hub
                                 ? nullptr
                                 : &apart_known->second;
  // A wait or a request while it is not blocked.
  const auto classify_open = [&](Time begin, Time end) {
    if (end <= begin) return;
    if (s.hub == HubId::none && !special_.in_vain.empty()) return classify_of_dps(r, s, begin, end, served);
    if (apart == nullptr) return classify_served(r, s, begin, end, served);
    const Time leaves = std::clamp(apart->from, begin, end), back = std::clamp(apart->until, leaves, end);
    classify_served(r, s, begin, leaves, served);
    add(apart->part, back - leaves);
    classify_served(r, s, back, end, served);
  };
  const auto found = special_.barred.find(r.device);
  if (found == special_.barred.end()) return classify_open(from, to);
  const Time barred = std::clamp(found->second.from, from, to);
  const Time open = std::clamp(found->second.until, barred, to);
  classify_open(from, barred);
  add(WaitPart::service_down, open - barred);
  classify_open(open, to);
}

// Whoever asks DPS while it goes on choosing a hub that is down, though another would serve, is stuck as one
// that asks that hub. What waits for a throttle of DPS does so whatever is chosen then.
void Recovery::classify_of_dps(Record& r, const Segment& s, Time from, Time to, WaitPart served) {
  const auto found = special_.in_vain.find(r.device);
  if (found == special_.in_vain.end() || served == WaitPart::dps_throttle)
    return classify_served(r, s, from, to, served);
  const bool fixed = setup_.stays(r.group);
  const ServiceHistory& history = *setup_.service_history;
  Duration lost{0};
  // While this hub is the choice: whether it is down, may be chosen, and another one would serve.
  const auto split = [&](const Choice& chosen, Time begin, Time end) {
    history.split_allocation(chosen.hub, begin, end, [&](Time at, Time until, bool allowed) {
      if (fixed || (!allowed && !chosen.stays)) return classify_served(r, s, at, until, served);
      history.split(r.group, chosen.hub, at, until, [&](ServiceHistory::Prospect view, Duration length) {
        if (view == ServiceHistory::Prospect::alternative)
          lost += length;
        else
          classify_served(r, s, at, at + length, served);
        at += length;
      });
    });
  };
  const std::vector<Choice>& choices = found->second.choices;
  classify_served(r, s, from, std::clamp(choices.front().from, from, to), served);
  for (std::size_t i = 0; i < choices.size(); ++i) {
    const Time begin = std::clamp(choices[i].from, from, to);
    const Time end = i + 1 < choices.size() ? std::clamp(choices[i + 1].from, begin, to) : to;
    if (choices[i].hub == HubId::none)
      classify_served(r, s, begin, end, served);
    else
      split(choices[i], begin, end);
  }
  found->second.lost += lost;
  r.parts[static_cast<std::size_t>(WaitPart::stuck)] += lost;
}

void Recovery::classify_served(Record& r, const Segment& s, Time from, Time to, WaitPart served) const {
  setup_.service_history->split(r.group, s.hub, from, to,
                                [&](ServiceHistory::Prospect view, Duration length) {
                                  if (view == ServiceHistory::Prospect::alternative && setup_.stays(r.group))
                                    view = ServiceHistory::Prospect::down;
                                  r.parts[static_cast<std::size_t>(planned_part(view, served))] += length;
                                });
}

// What is announced and lies wholly in the past; how the hubs fared in the time of the rest is not known yet.
// All in one piece, since nearly each attempt of a device comes by.
[[gnu::flatten]] void Recovery::account_settled(Record& r) {
  const Segment *const first = r.segments.data(), *const last = first + r.segments.size() - 1;
  const Segment* settled = first;
  for (const Time now = *setup_.now; settled < last && settled[1].from <= now; ++settled)
    classify(r, *settled, settled->from, settled[1].from);
  r.segments.erase(r.segments.begin(), r.segments.begin() + (settled - first));
}

// Everything announced up to `until` goes into the parts.
void Recovery::account(Record& r, Time until) {
  for (std::size_t i = 0; i < r.segments.size(); ++i) {
    const Time next = i + 1 < r.segments.size() ? r.segments[i + 1].from : until;
    if (r.segments[i].from >= until) break;
    classify(r, r.segments[i], r.segments[i].from, std::min(next, until));
  }
  r.segments.clear();
}

}  // namespace measures
