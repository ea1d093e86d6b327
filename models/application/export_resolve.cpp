// Destinations and exports: filled in from their kinds, and what contradicts itself.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "models/application/resolve.hpp"
#include "sim/settings/text.hpp"

namespace application {
namespace {

using exports::Destination;
using exports::DestinationGiven;
using exports::Kind;
using exports::Tier;
using sim::Duration;
using sim::settings::format_duration;
using sim::settings::quoted;
using sim::settings::Step;

// Whether a destination of this kind and tier has the key.
bool applies(const std::string& key, Kind kind, Tier tier) {
  const bool hubs = kind == Kind::event_hubs, bus = exports::is_service_bus(kind);
  if (key == "tier" || key == "consumer") return hubs || bus;
  if (key == "throughput_units") return hubs && (tier == Tier::basic || tier == Tier::standard);
  if (key == "auto_inflate") return hubs && tier == Tier::standard;
  if (key == "processing_units") return hubs && tier == Tier::premium;
  if (key == "capacity_units") return hubs && tier == Tier::dedicated;
  if (key == "messaging_units" || key == "auto_scale") return bus && tier == Tier::premium;
  if (key == "partitioning" || key == "retention") return hubs;
  if (key == "partitions") return hubs || kind == Kind::blob_storage;
  if (key == "redundancy" || key == "requests" || key == "ingress") return kind == Kind::blob_storage;
  if (key == "filters") return kind == Kind::service_bus_topic && tier == Tier::standard;
  if (key == "size") return bus;
  return true;
}

constexpr const char* kind_keys[] = {"tier",           "throughput_units", "auto_inflate", "processing_units",
                                     "capacity_units", "messaging_units",  "auto_scale",   "partitions",
                                     "partitioning",   "retention",        "redundancy",   "requests",
                                     "ingress",        "filters",          "size",         "consumer"};

class DestinationResolver : private Part {
 public:
  DestinationResolver(Draft& draft, std::size_t index, const Origin& origin)
      : Part(origin, {"destinations", index}), scenario_(draft.scenario), given_(draft.destinations[index]) {}

  Destination run() {
    fill();
    out_.name = given_.name;
    out_.kind = given_.kind;
    out_.region = *given_.region;
    out_.tier = tier_;
    if (!origin_.good(path_)) return out_;
    check_tier();
    check_keys();
    resolve_units();
    resolve_service();
    resolve_zone();
    resolve_failover();
    return out_;
  }

 private:
  template <class T>
  void fill(std::optional<T>& value, const std::optional<T>& preset, const char* key) {
    if (!value && applies(key, given_.kind, tier_)) value = preset;
  }

  void fill() {
    const DestinationGiven& preset = exports::default_destination(given_.kind);
    if (!given_.region) given_.region = scenario_.region;
    tier_ = given_.tier.value_or(preset.tier.value_or(Tier::standard));
    fill(given_.tier, std::optional(tier_), "tier");
    fill(given_.throughput_units, std::optional(1u), "throughput_units");
    fill(given_.processing_units, std::optional(1u), "processing_units");
    fill(given_.capacity_units, std::optional(1u), "capacity_units");
    fill(given_.messaging_units, std::optional(1u), "messaging_units");
    fill(given_.partitions, preset.partitions, "partitions");
    fill(given_.partitioning, preset.partitioning, "partitioning");
    if (given_.reads) fill(given_.retention, preset.retention, "retention");
    fill(given_.redundancy, preset.redundancy, "redundancy");
    fill(given_.requests, preset.requests, "requests");
    fill(given_.ingress, preset.ingress, "ingress");
    fill(given_.filters, preset.filters, "filters");
    if (given_.reads) fill(given_.size, preset.size, "size");
  }

  void check_tier() const {
    const bool bus = exports::is_service_bus(given_.kind);
    if (bus && tier_ != Tier::standard && tier_ != Tier::premium)
      error({"tier"}, fmt::format("{} is no tier of Service Bus with exports", quoted(name_of(tier_))),
            "write standard or premium");
  }

  // A key that changes nothing is a mistake.
  void check_keys() const {
    const std::string what = given_.kind == Kind::blob_storage
                                 ? name_of(given_.kind)
                                 : fmt::format("{} of tier {}", name_of(given_.kind), name_of(tier_));
    for (const char* key : kind_keys) {
      if (applies(key, given_.kind, tier_) || !origin_.given(at({key}))) continue;
      error({key}, fmt::format("{} has no {}", what, quoted(key)), hint_for(key));
    }
  }

  std::string hint_for(const std::string& key) const {
    if (exports::is_service_bus(given_.kind) && key == "auto_scale") return "write tier: premium";
    if (given_.kind == Kind::event_hubs && tier_ == Tier::basic && key == "auto_inflate")
      return "write tier: standard";
    if (!key.ends_with("units")) return "remove it";
    if (given_.kind == Kind::event_hubs && tier_ == Tier::premium) return "write processing_units";
    if (given_.kind == Kind::event_hubs && tier_ == Tier::dedicated) return "write capacity_units";
    if (given_.kind == Kind::event_hubs) return "write throughput_units";
    if (exports::is_service_bus(given_.kind) && key == "messaging_units") return "write tier: premium";
    return "remove it";
  }

  // Whether there may be so many; reported if not.
  bool check_size(const char* key, std::uint32_t units, const std::vector<std::uint32_t>& sizes) const {
    if (sizes.empty() || std::find(sizes.begin(), sizes.end(), units) != sizes.end()) return true;
    std::vector<std::string> words;
    for (const std::uint32_t size : sizes) words.push_back(std::to_string(size));
    error({key}, fmt::format("a namespace cannot have {} units", units),
          "write " + sim::settings::listed(words));
    return false;
  }

  void check_growth(const char* key, std::uint32_t most) const {
    if (most <= out_.units.count)
      error({key}, fmt::format("{} units are not more than the {} that there are", most, out_.units.count),
            "write more, or remove it");
  }

  void resolve_units() {
    const exports::Figures& figures = exports::figures();
    if (given_.kind == Kind::event_hubs) {
      const exports::EventHubsTier& tier = figures.event_hubs.tiers.at(tier_);
      const char* key = tier_ == Tier::premium     ? "processing_units"
                        : tier_ == Tier::dedicated ? "capacity_units"
                                                   : "throughput_units";
      out_.units.count = given_.throughput_units.value_or(
          given_.processing_units.value_or(given_.capacity_units.value_or(1)));
      out_.units.most = given_.auto_inflate.value_or(out_.units.count);
      if (scenario_.limits_documented) {
        if (check_size(key, out_.units.count, tier.sizes) && out_.units.most > tier.units_most)
          error({given_.auto_inflate ? "auto_inflate" : key},
                fmt::format("{} units are more than a namespace can have", out_.units.most),
                fmt::format("at most {}; limits: off would let it pass", tier.units_most));
      }
      if (given_.auto_inflate) check_growth("auto_inflate", *given_.auto_inflate);
    } else if (given_.messaging_units) {
      out_.units.count = *given_.messaging_units;
      out_.units.most = given_.auto_scale.value_or(out_.units.count);
      check_size("messaging_units", out_.units.count, figures.service_bus.sizes);
      if (!given_.auto_scale) return;
      check_size("auto_scale", out_.units.most, figures.service_bus.sizes);
      check_growth("auto_scale", *given_.auto_scale);
    }
  }

  void resolve_service() {
    out_.partitions = given_.partitions.value_or(1);
    out_.partitioning = given_.partitioning.value_or(exports::Partitioning::round_robin);
    out_.retention = given_.retention.value_or(Duration{0});
    out_.redundancy = given_.redundancy.value_or(exports::Redundancy::lrs);
    out_.requests = given_.requests.value_or(0);
    out_.ingress = static_cast<double>(given_.ingress.value_or(0));
    out_.filters = given_.filters.value_or(0);
    out_.size = given_.size.value_or(0);
    out_.reads = given_.reads;
    if (!given_.reads)
      for (const char* key : {"retention", "size"})
        if (applies(key, given_.kind, tier_) && origin_.given(at({key})))
          error({key}, "is of no use: without a consumer all is read at once",
                "write consumer: {reads: 500/s}");
    if (given_.requests && *given_.requests <= 0)
      error({"requests"}, "the account would take nothing", "write a rate such as 20000/s");
    if (given_.kind != Kind::event_hubs || !scenario_.limits_documented) return;
    const exports::EventHubsTier& tier = exports::figures().event_hubs.tiers.at(tier_);
    if (out_.partitions > tier.partitions_most)
      error({"partitions"},
            fmt::format("{} partitions are more than an event hub of this tier has", out_.partitions),
            fmt::format("at most {}; limits: off would let it pass", tier.partitions_most));
    if (out_.retention > tier.retention_most)
      error({"retention"},
            fmt::format("{} is longer than this tier keeps events", format_duration(out_.retention)),
            fmt::format("at most {}; limits: off would let it pass", format_duration(tier.retention_most)));
  }

  void resolve_zone() {
    if (given_.zone && out_.spans_zones()) error({"zone"}, "it spans the zones of its region", "remove it");
    if (!given_.zone && !out_.spans_zones()) given_.zone = 1;
    out_.zone = given_.zone.value_or(1);
  }

  bool can_fail_over() const {
    if (given_.kind == Kind::blob_storage) return exports::has_secondary(out_.redundancy);
    return given_.kind == Kind::event_hubs ? tier_ != Tier::basic : tier_ == Tier::premium;
  }

  void resolve_failover() {
    if (!given_.failover) return;
    const std::string& pair = scenario_.regions.at(out_.region).pair;
    if (!can_fail_over())
      return error({"failover"},
                   given_.kind == Kind::blob_storage
                       ? fmt::format("redundancy {} has no copy in another region", name_of(out_.redundancy))
                       : fmt::format("tier {} has no recovery in another region", name_of(tier_)),
                   given_.kind == Kind::blob_storage ? "write redundancy: GRS or GZRS"
                   : given_.kind == Kind::event_hubs ? "write tier: standard"
                                                     : "write tier: premium");
    if (given_.kind == Kind::blob_storage && given_.failover->region && *given_.failover->region != pair)
      return error({"failover", "region"}, "the copies of an account are in the paired region",
                   pair.empty() ? "remove the failover" : "write " + pair);
    if (!given_.failover->region && pair.empty())
      return error({"failover"}, fmt::format("region {} has no pair to go to", quoted(out_.region)),
                   given_.kind == Kind::blob_storage ? "remove it" : "write region");
    if (!given_.failover->region) given_.failover->region = pair;
    if (*given_.failover->region == out_.region)
      return error({"failover", "region"}, "is where the destination is already", "write another region");
    out_.failover = exports::Failover{*given_.failover->after, *given_.failover->region};
  }

  const Scenario& scenario_;
  DestinationGiven& given_;
  Destination out_;
  Tier tier_ = Tier::standard;
};

class ExportResolver : private Part {
 public:
  ExportResolver(Scenario& scenario, std::size_t index, const Origin& origin)
      : Part(origin, {"exports", index}), scenario_(scenario), export_(scenario.exports[index]) {}

  void run() {
    // What is sent at one instant is to be seen within the time over which limits are judged.
    const bool lumps = std::any_of(scenario_.fleet.begin(), scenario_.fleet.end(),
                                   [](const auto& group) { return group.telemetry.synchronised; });
    if (!origin_.given(at({"batch"})))
      export_.batch = lumps ? exports::figures().event_hubs.window : exports::default_export().batch;
    if (!origin_.good(path_)) return;
    resolve_destinations();
    exports::Retry& retry = export_.retry;
    if (!origin_.given(at({"retry", "first"}))) retry.first = std::min(retry.first, retry.cap);
    if (!origin_.given(at({"retry", "timeout"}))) retry.timeout = std::min(retry.timeout, retry.window);
    if (retry.first > retry.cap)
      error({"retry", "first"}, fmt::format("{} is longer than the cap", format_duration(retry.first)),
            fmt::format("at most {}", format_duration(retry.cap)));
    if (retry.timeout > retry.window)
      error({"retry", "timeout"}, fmt::format("{} is longer than the window", format_duration(retry.timeout)),
            fmt::format("at most {}", format_duration(retry.window)));
    check_window();
    if (export_.latency.p99 < export_.latency.median)
      error({"latency", "p99"}, "is below the median", "median is no more than p99");
    if (!export_.created && origin_.given(at({"start_delay"})))
      error({"start_delay"}, "is of no use: the export is on from the start of the run", "write created");
    if (export_.created) check_created();
    if (!export_.data.telemetry && !export_.data.properties && origin_.given(at({"envelope"})))
      error({"envelope"}, "is of no use: events have their own size", "remove it");
  }

 private:
  void resolve_destinations() {
    const std::uint32_t most = exports::figures().limits.destinations_per_export;
    if (export_.to.empty()) return error({"to"}, "it goes nowhere", "write the name of a destination");
    if (scenario_.limits_documented && export_.to.size() > most)
      error({"to"}, fmt::format("{} destinations are too many for an export", export_.to.size()),
            fmt::format("at most {}; limits: off would let it pass", most));
    std::vector<std::string> names;
    for (const Destination& destination : scenario_.destinations) names.push_back(destination.name);
    std::set<std::string> seen;
    for (std::size_t i = 0; i < export_.to.size(); ++i) {
      const std::string& name = export_.to[i];
      if (!seen.insert(name).second)
        error({"to", i}, fmt::format("{} is there twice", quoted(name)), "remove one");
      const auto found = std::find(names.begin(), names.end(), name);
      if (found != names.end())
        check_message(i, scenario_.destinations[static_cast<std::size_t>(found - names.begin())]);
      if (found != names.end() || !origin_.good({"destinations"})) continue;
      error({"to", i}, fmt::format("no destination {}", quoted(name)),
            names.empty() ? "list it under destinations" : "write " + sim::settings::listed(names));
    }
  }

  // The largest message that devices send must fit.
  void check_message(std::size_t i, const Destination& to) const {
    std::uint64_t largest = 0;
    for (const device::Group& group : scenario_.fleet) {
      if (export_.data.telemetry) largest = std::max<std::uint64_t>(largest, group.telemetry.bytes);
      if (export_.data.properties && group.properties)
        largest = std::max<std::uint64_t>(largest, group.properties->bytes);
    }
    largest += export_.envelope + export_.enrichment;
    const std::uint64_t most = exports::most_message(to);
    if (!scenario_.limits_documented || most == 0 || largest <= most || !origin_.good({"fleet"})) return;
    error(
        {"to", i},
        fmt::format("messages of {} are larger than {} takes", sim::settings::format_size(largest), to.name),
        fmt::format("at most {}; limits: off would let it pass", sim::settings::format_size(most)));
  }

  // What is sent together must not be older than the window when it is sent for the first time.
  void check_window() const {
    const Duration window = export_.retry.window, file = exports::figures().blob.file;
    if (window < *export_.batch)
      return error({"retry", "window"}, fmt::format("{} is shorter than a batch", format_duration(window)),
                   fmt::format("at least {}", format_duration(*export_.batch)));
    const bool files =
        std::any_of(scenario_.destinations.begin(), scenario_.destinations.end(), [&](const Destination& to) {
          return to.kind == Kind::blob_storage &&
                 std::find(export_.to.begin(), export_.to.end(), to.name) != export_.to.end();
        });
    if (files && window < file)
      error({"retry", "window"},
            fmt::format("{} is shorter than the time of a file", format_duration(window)),
            fmt::format("at least {}", format_duration(file)));
  }

  void check_created() const {
    const Duration created = *export_.created - sim::start_of_run;
    if (origin_.good({"warmup"}) && created < scenario_.warmup)
      error({"created"}, fmt::format("{} is before the end of the warm-up", format_duration(created)),
            fmt::format("at least {}", format_duration(scenario_.warmup)));
    if (origin_.good({"duration"}) && created >= scenario_.duration)
      error({"created"}, fmt::format("{} is not before the end of the run", format_duration(created)),
            fmt::format("the duration is {}", format_duration(scenario_.duration)));
  }

  Scenario& scenario_;
  exports::Export& export_;
};

void check_counts(const Scenario& scenario, const Origin& origin) {
  const exports::Limits& limits = exports::figures().limits;
  if (!scenario.limits_documented) return;
  const auto check = [&](const char* key, std::size_t n, std::uint32_t most) {
    if (n > most)
      origin.error({key}, fmt::format("{} are more than an application can have", n),
                   fmt::format("at most {}; limits: off would let it pass", most));
  };
  check("destinations", scenario.destinations.size(), limits.destinations);
  check("exports", scenario.exports.size(), limits.exports);
}

}  // namespace

faults::Site site_of(const Scenario& scenario, std::size_t destination) {
  const Destination& d = scenario.destinations[destination];
  return {static_cast<std::uint32_t>(destination), d.region, d.zone, d.spans_zones(), scenario.region};
}

void resolve_exports(Draft& draft, const Origin& origin) {
  Scenario& scenario = draft.scenario;
  for (std::size_t i = 0; i < draft.destinations.size(); ++i)
    scenario.destinations.push_back(DestinationResolver(draft, i, origin).run());
  for (std::size_t i = 0; i < scenario.exports.size(); ++i) ExportResolver(scenario, i, origin).run();
  check_counts(scenario, origin);
  for (const Destination& destination : scenario.destinations) {
    const bool fed = std::any_of(scenario.exports.begin(), scenario.exports.end(), [&](const auto& one) {
      return std::find(one.to.begin(), one.to.end(), destination.name) != one.to.end();
    });
    if (!fed && origin.good({"exports"}) && origin.good({"destinations"}))
      scenario.warnings.push_back(fmt::format("no export goes to destination {}", destination.name));
  }
}

}  // namespace application
