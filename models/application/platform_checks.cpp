// What the platform admits, and what this program takes on.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string_view>
#include <vector>

#include "models/application/checks.hpp"
#include "models/hub/per_second.hpp"
#include "sim/settings/text.hpp"

namespace application {
namespace {

using sim::settings::format_duration;
using sim::settings::format_size;
using sim::settings::Step;

// 1000000 -> "1,000,000".
std::string grouped(std::uint64_t number) {
  std::string text = std::to_string(number);
  for (std::size_t i = text.size(); i > 3; i -= 3) text.insert(i - 3, ",");
  return text;
}

class PlatformCheck {
 public:
  PlatformCheck(Draft& draft, const Origin& origin)
      : scenario_(draft.scenario), limits_(limits_of(draft.scenario.quotas)), origin_(origin) {
    for (const device::Group& group : scenario_.fleet) devices_ += group.devices;
  }

  void run() {
    if (scenario_.hubs.empty()) return;
    if (origin_.good({"application", "hubs"})) check_hubs();
    if (origin_.good({"fleet"})) check_devices();
    if (!origin_.good({"fleet"}) || !origin_.good({"application", "hubs"})) return;
    check_quota();
    check_application_rate();
    check_tier();
    for (std::size_t g = 0; g < scenario_.fleet.size(); ++g) check_rate(g);
  }

 private:
  // A limit of the platform: an error, or with `limits: off` a warning.
  void limit(const std::vector<Step>& path, const std::string& what) {
    if (scenario_.limits_documented)
      origin_.error(path, what, "limits: off would let it pass");
    else
      scenario_.warnings.push_back(what + " (limits: off)");
  }

  // A hub without quota is no mistake of the scenario: it may be what it is about. Where hubs meter in
  // different blocks all is told in the largest.
  void check_quota() {
    const auto smaller = [this](hub::Edition a, hub::Edition b) {
      return scenario_.editions.at(a).block < scenario_.editions.at(b).block;
    };
    hub::Edition told_in = scenario_.hubs.front().edition;
    std::map<hub::Edition, std::uint64_t> quotas;
    for (const hub::Settings& hub : scenario_.hubs) {
      quotas[hub.edition] += scenario_.editions.at(hub.edition).messages_a_day * hub.units;
      if (smaller(told_in, hub.edition)) told_in = hub.edition;
    }
    const std::uint64_t sent = metered_a_day(scenario_, told_in);
    std::uint64_t quota = 0;
    for (const auto& [edition, own] : quotas)
      quota += smaller(edition, told_in)
                   ? static_cast<std::uint64_t>(static_cast<double>(own) * static_cast<double>(sent) /
                                                static_cast<double>(metered_a_day(scenario_, edition)))
                   : own;
    if (sent > quota)
      scenario_.warnings.push_back(fmt::format(
          "the fleet sends {} messages a day, counted in blocks of {}, of which the hubs take {}: "
          "they run out of quota{}",
          grouped(sent), format_size(scenario_.editions.at(told_in).block), grouped(quota),
          scenario_.scaling.policy == control::PolicyKind::none ? "" : " unless the policy adds units"));
  }

  // Messages a second of a device of the group, at their most in this run.
  double largest_rate(const device::Telemetry& load) const {
    const auto rate = [&](std::int64_t factor) {
      return static_cast<double>(factor) / device::Pace::one / sim::seconds(load.every);
    };
    if (rate(device::Pace::most) <= limits_.device_sends) return 0;
    std::int64_t most = 0;
    for (const device::Pace::Step& step :
         device::pace_steps(load.profile, load.surges, scenario_.start_utc_s, scenario_.duration))
      most = std::max(most, step.factor);
    return rate(most);
  }

  void check_rate(std::size_t index) {
    const device::Group& group = scenario_.fleet[index];
    if (!origin_.good({"duration"}) || !origin_.good({"start"}) || !device::complete(group.telemetry.profile))
      return;
    const double rate = largest_rate(group.telemetry);
    if (rate <= limits_.device_sends * (1 + 1e-9)) return;
    limit({"fleet", index, "telemetry"},
          fmt::format("a device of {} sends up to {:.4g} messages a second, more than the {:g} of a device",
                      group.name, rate, limits_.device_sends));
  }

  // A fleet that sends too much is no mistake of the scenario.
  void check_application_rate() {
    double rate = 0;
    for (const device::Group& group : scenario_.fleet)
      rate += static_cast<double>(group.devices) / sim::seconds(group.telemetry.every) *
              device::mean_factor(group.telemetry.profile);
    if (limits_.application_sends == 0 || rate <= limits_.application_sends) return;
    scenario_.warnings.push_back(
        fmt::format("the fleet sends {:.4g} messages a second, of which an application takes {:g}{}", rate,
                    limits_.application_sends,
                    scenario_.limits_documented ? ": the others are throttled" : " (limits: off)"));
  }

  using Limit = hub::OperationLimit hub::EditionLimits::*;

  // The hubs whose edition lacks an operation, in order, and where each of them stands there.
  struct Lacking {
    std::vector<const hub::Settings*> hubs;
    std::map<std::string_view, std::size_t> place;
    std::map<std::string_view, const hub::Settings*> first;  // that devices of an enrollment may be on
  };

  Lacking lacking(Limit limit) const {
    Lacking all;
    for (const hub::Settings& hub : scenario_.hubs) {
      if ((scenario_.editions.at(hub.edition).*limit).at(1) > 0) continue;
      all.place.emplace(hub.name, all.hubs.size());
      all.hubs.push_back(&hub);
    }
    if (all.hubs.empty()) return all;
    for (const provisioning::Enrollment& enrollment : scenario_.provisioning.enrollments)
      all.first.emplace(enrollment.name, first_of(all, enrollment));
    return all;
  }

  static const hub::Settings* first_of(const Lacking& all, const provisioning::Enrollment& enrollment) {
    const bool fixed = enrollment.allocation == provisioning::Allocation::static_hub;
    if (!fixed && enrollment.hubs.empty()) return all.hubs.front();
    std::size_t first = all.hubs.size();
    const auto may_be_on = [&](const std::string& hub) {
      const auto found = all.place.find(hub);
      if (found != all.place.end()) first = std::min(first, found->second);
    };
    if (fixed) may_be_on(enrollment.static_hub);
    for (const provisioning::LinkedHub& link : enrollment.hubs)
      if (!fixed) may_be_on(link.hub);
    return first < all.hubs.size() ? all.hubs[first] : nullptr;
  }

  // Hubs of the basic tier have neither twins nor direct methods.
  void check_tier() {
    check_operation("properties", "twins", &hub::EditionLimits::twin_updates,
                    [](const device::Group& group) { return group.properties.has_value(); });
    check_operation("commands", "direct methods", &hub::EditionLimits::method_bytes,
                    [](const device::Group& group) { return group.commands.has_value(); });
  }

  template <class Uses>
  void check_operation(const char* key, const char* what, Limit limit, const Uses& uses) {
    const Lacking without = lacking(limit);
    if (without.hubs.empty()) return;
    for (std::size_t g = 0; g < scenario_.fleet.size(); ++g) {
      const device::Group& group = scenario_.fleet[g];
      if (!uses(group)) continue;
      const auto found = without.first.find(group.enrollment);
      const hub::Settings* const hub = found == without.first.end() ? without.hubs.front() : found->second;
      if (hub)
        origin_.error({"fleet", g, key},
                      fmt::format("{} is of edition {}, which has no {}", hub->name,
                                  hub::edition_name(hub->edition), what),
                      "write an edition of the standard tier, such as S1");
    }
  }

  void check_hubs() {
    const sim::settings::Node* list = sim::settings::value_at(origin_.root, {"application", "hubs"});
    if (list && list->kind == sim::settings::Node::Kind::list && list->items.empty())
      return origin_.error({"application", "hubs"}, "no hubs",
                           "without the key they are sized for the fleet");
    const std::size_t count = scenario_.hubs.size();
    const EraRule& rule = rule_of(scenario_.era);
    std::vector<Step> path{"application", "hubs"};
    if (origin_.given({"application", "hubs", "count"})) path.emplace_back("count");
    if (count < rule.hubs_min && origin_.good({"application", "era"}))
      origin_.error(path, fmt::format("an application of this era has at least {} hubs", rule.hubs_min),
                    fmt::format("write count: {}, or era: legacy", rule.hubs_min));
    if (count > limits_.hubs)
      limit(path, fmt::format("{} hubs are more than the {} that a provisioning service can link", count,
                              limits_.hubs));
    check_free_hubs(path);
    // Equal hubs are checked once.
    const std::size_t different = origin_.given({"application", "hubs", std::size_t{0}}) ? count : 1;
    for (std::size_t i = 0; i < different; ++i) {
      check_units(i);
      check_zone(i);
    }
  }

  // A subscription has one. A hub that moves to another region is still the same one; those that stand by
  // there are others. Hubs that are made like a free one there are not: a policy that makes hubs scales them.
  void check_free_hubs(const std::vector<Step>& path) {
    std::size_t free = 0;
    const auto count = [&](const std::vector<hub::Settings>& hubs) {
      for (const hub::Settings& hub : hubs) free += hub.edition == hub::Edition::F1 ? 1 : 0;
    };
    count(scenario_.hubs);
    if (scenario_.failover.stands_by()) count(scenario_.recovery_hubs);
    if (free > 1) limit(path, fmt::format("{} free hubs (F1) are more than the one of a subscription", free));
  }

  std::vector<Step> path_of_hub(std::size_t i, const char* key) const {
    std::vector<Step> path{"application", "hubs"};
    if (origin_.given({"application", "hubs", i})) path.emplace_back(i);
    path.emplace_back(key);
    return path;
  }

  void check_zone(std::size_t i) const {
    const hub::Settings& hub = scenario_.hubs[i];
    const auto region = scenario_.regions.find(hub.region);
    if (hub.zone == 0 || region == scenario_.regions.end() || !region->second.spans_zones()) return;
    origin_.error(path_of_hub(i, "zone"), fmt::format("services in {} span its zones", hub.region),
                  "remove it");
  }

  void check_units(std::size_t i) {
    const hub::Settings& hub = scenario_.hubs[i];
    const std::uint32_t most = scenario_.editions.at(hub.edition).units_max;
    if (hub.units > most)
      limit(path_of_hub(i, "units"), fmt::format("{} units are more than the {} of edition {}", hub.units,
                                                 most, hub::edition_name(hub.edition)));
  }

  void check_devices() {
    if (scenario_.fleet.empty())
      return origin_.error({"fleet"}, "no devices", "write fleet: [{devices: 1000}]");
    if (!check_memory()) return;
    if (devices_ > limits_.devices)
      limit({"fleet"}, fmt::format("{} devices are more than the {} of an application", grouped(devices_),
                                   grouped(limits_.devices)));
    if (devices_ <= limits_.devices || !scenario_.limits_documented) check_identities();
  }

  bool check_memory() {
    const std::uint64_t of_devices = devices_ * limits_.memory_per_device;
    const std::string most = fmt::format("at most {}", format_size(limits_.memory_max));
    if (of_devices > limits_.memory_max) {
      origin_.error(
          {"fleet"},
          fmt::format("{} devices would take about {} GiB of memory", grouped(devices_), of_devices >> 30),
          most);
      return false;
    }
    // A hub keeps how many connected in each second.
    const double of_hubs = static_cast<double>(scenario_.hubs.size()) * sim::seconds(scenario_.duration) *
                           hub::PerSecond::bytes_a_second;
    if (!origin_.good({"duration"}) || of_hubs <= static_cast<double>(limits_.memory_max)) return true;
    origin_.error({"duration"},
                  fmt::format("{} hubs for {} would take up to {:.0f} GiB of memory", scenario_.hubs.size(),
                              format_duration(scenario_.duration), of_hubs / (1 << 30)),
                  most);
    return false;
  }

  // Devices that can only be on one hub: those of static groups; and all devices on all hubs together.
  void check_identities() {
    std::map<std::string_view, std::string_view> static_hubs;  // of enrollments
    for (const provisioning::Enrollment& enrollment : scenario_.provisioning.enrollments)
      if (enrollment.allocation == provisioning::Allocation::static_hub)
        static_hubs.emplace(enrollment.name, enrollment.static_hub);
    std::map<std::string_view, std::uint64_t> fixed;
    for (const device::Group& group : scenario_.fleet)
      if (const auto found = static_hubs.find(group.enrollment); found != static_hubs.end())
        fixed[found->second] += group.devices;
    const std::string most = grouped(limits_.identities);
    for (const auto& [hub, devices] : fixed)
      if (devices > limits_.identities)
        limit({"fleet"},
              fmt::format("{} devices on {} are more than the {} of a hub", grouped(devices), hub, most));
    if (fixed.empty() && devices_ > limits_.identities * scenario_.hubs.size())
      limit({"fleet"}, fmt::format("{} devices are more than {} hubs can hold, {} each", grouped(devices_),
                                   scenario_.hubs.size(), most));
  }

  Scenario& scenario_;
  const Limits& limits_;
  const Origin& origin_;
  std::uint64_t devices_ = 0;
};

}  // namespace

void check_platform(Draft& draft, const Origin& origin) { PlatformCheck(draft, origin).run(); }

}  // namespace application
