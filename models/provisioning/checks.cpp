#include "models/provisioning/checks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "models/hub/names.hpp"
#include "sim/settings/text.hpp"

namespace provisioning {
namespace {

using sim::settings::format_decimal;
using sim::settings::format_duration;
using sim::settings::Origin;
using sim::settings::quoted;
using sim::settings::Step;

// One enrollment group and where its keys stand.
class EnrollmentCheck : private sim::settings::Part {
 public:
  EnrollmentCheck(const Settings& settings, std::size_t index, const std::vector<hub::Settings>& hubs,
                  const Origin& origin)
      : Part(origin, {"provisioning"}),
        settings_(settings),
        hubs_(hubs),
        group_(settings.enrollments[index]) {
    if (index == 0) return;
    path_.emplace_back("enrollments");
    path_.emplace_back(index - 1);
  }

  void run() const {
    check_links();
    check_static_hub();
  }

 private:
  bool is_hub(const std::string& name) const {
    return std::any_of(hubs_.begin(), hubs_.end(), [&](const hub::Settings& h) { return h.name == name; });
  }
  std::string known_hubs() const { return hub::listed(hub::names_of(hubs_)); }

  void check_links() const {
    std::set<std::string> seen;
    for (std::size_t i = 0; i < group_.hubs.size(); ++i) {
      const std::vector<Step> path = at({"hubs", i, "hub"});
      if (!origin_.good(path)) continue;
      const std::string& name = group_.hubs[i].hub;
      if (!is_hub(name)) origin_.error(path, fmt::format("no hub {}", quoted(name)), known_hubs());
      if (!seen.insert(name).second)
        origin_.error(path, fmt::format("{} is linked twice", quoted(name)), "each hub once");
    }
    const auto off = [](const LinkedHub& link) { return !link.enabled; };
    if (!group_.hubs.empty() && origin_.good(at({"hubs"})) &&
        std::all_of(group_.hubs.begin(), group_.hubs.end(), off))
      origin_.error(at({"hubs"}), "every hub is switched off", "enable one at least");
  }

  void check_static_hub() const {
    const std::vector<Step> path = at({"static_hub"});
    if (!origin_.good(path) || !origin_.good(at({"allocation"}))) return;
    if (group_.allocation != Allocation::static_hub) {
      if (origin_.given(path))
        origin_.error(path, "is used with allocation: static only", "remove it, or write allocation: static");
      return;
    }
    const bool inherited = !origin_.given(path) && group_.static_hub == settings_.enrollments[0].static_hub;
    if (!is_hub(group_.static_hub) && inherited && path_.size() > 1) return;  // reported where it is given
    if (!is_hub(group_.static_hub))
      return origin_.error(path, fmt::format("no hub {}", quoted(group_.static_hub)), known_hubs());
    const auto serves = [&](const LinkedHub& link) { return link.hub == group_.static_hub && link.enabled; };
    if (!group_.hubs.empty() && origin_.good(at({"hubs"})) &&
        std::none_of(group_.hubs.begin(), group_.hubs.end(), serves))
      origin_.error(path, fmt::format("{} is not an enabled hub of the group", quoted(group_.static_hub)),
                    "");
  }

  const Settings& settings_;
  const std::vector<hub::Settings>& hubs_;
  const Enrollment& group_;
};

void check_service(Settings& settings, const Origin& origin) {
  const std::vector<Step> timeout{"provisioning", "probe", "timeout"};
  if (origin.good({"provisioning", "probe"}) && settings.probe.timeout >= settings.probe.every)
    origin.error(timeout,
                 fmt::format("{} is not shorter than the time between two probes",
                             format_duration(settings.probe.timeout)),
                 fmt::format("below {}", format_duration(settings.probe.every)));
  if (settings.limiter != LimiterKind::fixed_window) return;
  if (origin.given({"provisioning", "burst"}) && settings.burst > sim::Duration{0})
    origin.error({"provisioning", "burst"}, "a fixed window has no burst",
                 "remove it, or write limiter: token-bucket");
  settings.burst = sim::Duration{0};
  for (const auto& [key, rate] : {std::pair{"registrations_per_minute", settings.registrations_per_minute},
                                  std::pair{"polls_per_minute", settings.polls_per_minute}})
    if (origin.good({"provisioning", key}) && std::floor(rate) != rate)
      origin.error({"provisioning", key},
                   fmt::format("a fixed window counts whole requests, not {}", format_decimal(rate)), "");
}

void check_enrollment_names(const Settings& settings, const Origin& origin) {
  std::set<std::string> names;
  const std::vector<Enrollment>& all = settings.enrollments;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const std::vector<Step> path{"provisioning", "enrollments", i - 1, "name"};
    if (names.insert(all[i].name).second || !origin.good(path)) continue;
    origin.error(path, fmt::format("a second enrollment group named {}", quoted(all[i].name)),
                 all[i].name == "default" ? "\"default\" is the group of the keys around the list"
                                          : "choose another name");
  }
}

void check_fleet(const Settings& settings, const std::vector<std::string>& enrollments,
                 std::vector<std::string>& warnings, const Origin& origin) {
  std::set<std::string> unused;
  std::vector<std::string> known;
  for (const Enrollment& group : settings.enrollments) known.push_back(group.name);
  unused.insert(known.begin() + 1, known.end());
  for (std::size_t i = 0; i < enrollments.size(); ++i) {
    const std::string& name = enrollments[i];
    unused.erase(name);
    const std::vector<Step> path{"fleet", i, "enrollment"};
    if (std::find(known.begin(), known.end(), name) != known.end() || !origin.good(path)) continue;
    const std::string near = sim::settings::nearest(name, known);
    origin.error(path, fmt::format("no enrollment group {}", quoted(name)),
                 near.empty() ? "groups are " + sim::settings::listed(known)
                              : fmt::format("did you mean {}?", quoted(near)));
  }
  for (const std::string& name : unused)
    warnings.push_back(fmt::format("no devices use the enrollment group {}", name));
}

}  // namespace

void check(Settings& settings, const std::vector<hub::Settings>& hubs,
           const std::vector<std::string>& enrollments, std::vector<std::string>& warnings,
           const Origin& origin) {
  check_service(settings, origin);
  check_enrollment_names(settings, origin);
  if (origin.good({"application", "hubs"}))
    for (std::size_t i = 0; i < settings.enrollments.size(); ++i)
      EnrollmentCheck(settings, i, hubs, origin).run();
  if (origin.good({"provisioning", "enrollments"})) check_fleet(settings, enrollments, warnings, origin);
}

}  // namespace provisioning
