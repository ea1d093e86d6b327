#include "models/exports/resolve.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "models/exports/kinds/event_hub.hpp"
#include "models/exports/registry.hpp"
#include "sim/settings/text.hpp"

namespace exports {

using sim::settings::format_duration;
using sim::settings::Origin;
using sim::settings::quoted;

bool Resolution::has(const std::string& key) const {
  const std::vector<std::string> all = kind.keys(out.tier);
  return std::find(all.begin(), all.end(), key) != all.end();
}

bool Resolution::check_size(const char* key, std::uint32_t units,
                            const std::vector<std::uint32_t>& sizes) const {
  if (sizes.empty() || std::find(sizes.begin(), sizes.end(), units) != sizes.end()) return true;
  std::vector<std::string> words;
  for (const std::uint32_t size : sizes) words.push_back(std::to_string(size));
  error({key}, fmt::format("a namespace cannot have {} units", units),
        "write " + sim::settings::listed(words));
  return false;
}

void Resolution::check_growth(const char* key, std::uint32_t most) const {
  if (most <= out.units.count)
    error({key}, fmt::format("{} units are not more than the {} that there are", most, out.units.count),
          "write more, or remove it");
}

void Resolution::check_consumer(const char* key) const {
  if (out.consumers.empty() && says(key))
    error({key}, "is of no use: without a consumer all is read at once", "write consumer: {reads: 500/s}");
}

namespace {

// A key that changes nothing is a mistake.
void check_keys(const Resolution& r) {
  const std::string what =
      r.has("tier") ? fmt::format("{} of tier {}", r.kind.name(), name_of(r.out.tier)) : r.kind.name();
  std::set<std::string> checked;
  for (const DestinationKind* kind : destination_kinds())
    for (const Tier tier : {Tier::basic, Tier::standard, Tier::premium, Tier::dedicated})
      for (const std::string& key : kind->keys(tier)) {
        if (!checked.insert(key).second || r.has(key) || !r.says(key.c_str())) continue;
        r.error({key}, fmt::format("{} has no {}", what, quoted(key)), r.kind.remedy(key, r.out.tier));
      }
}

void resolve_zone(Resolution& r) {
  const bool spans = r.out.spans_zones();
  if (r.given.zone && spans) r.error({"zone"}, "it spans the zones of its region", "remove it");
  if (!r.given.zone && !spans) r.given.zone = 1;
  r.out.zone = r.given.zone.value_or(1);
}

void resolve_failover(Resolution& r) {
  if (!r.given.failover) return;
  std::optional<std::string>& region = r.given.failover->region;
  const std::string& pair = r.context.regions.at(r.out.region).pair;
  if (const auto refusal = r.kind.no_failover(r.out))
    return r.error({"failover"}, refusal->why, refusal->remedy);
  if (r.kind.goes_to_pair_only() && region && *region != pair)
    return r.error({"failover", "region"}, "the copies of an account are in the paired region",
                   pair.empty() ? "remove the failover" : "write " + pair);
  if (!region && pair.empty())
    return r.error({"failover"}, fmt::format("region {} has no pair to go to", quoted(r.out.region)),
                   r.kind.goes_to_pair_only() ? "remove it" : "write region");
  if (!region) region = pair;
  if (*region == r.out.region)
    return r.error({"failover", "region"}, "is where the destination is already", "write another region");
  if (r.given.failover->takes && !r.kind.failover_time())
    return r.error({"failover", "takes"}, "is of no use: it goes on there at once", "remove it");
  r.out.failover = Failover{*r.given.failover->after, *region, r.given.failover->takes};
}

// Joins the namespace of an earlier destination, if it names one.
void join_namespace(const Resolution& r, const std::vector<DestinationGiven>& all, std::size_t index) {
  if (!r.given.space || !r.has("namespace")) return;
  r.out.space = *r.given.space;
  for (std::size_t i = 0; i < index; ++i) {
    const DestinationGiven& first = all[i];
    if (first.space != r.given.space) continue;
    if (first.kind->service() != r.kind.service())
      return r.error({"namespace"}, fmt::format("{} is one of {}", quoted(*first.space), first.kind->name()),
                     "name another namespace");
    r.out.first = i;
    r.share(r.given.region, first.region, "region");
    r.share(r.given.zone, first.zone, "zone");
    r.share(r.given.tier, first.tier, "tier");
    r.share(r.given.failover, first.failover, "failover");
    return r.kind.share(r, first);
  }
}

Destination resolve_destination(std::vector<DestinationGiven>& all, std::size_t index, const Context& context,
                                const Origin& origin) {
  DestinationGiven& given = all[index];
  Destination out;
  if (!given.kind) given.kind = destination_kinds().front();  // it could not be read
  out.name = given.name;
  out.kind = given.kind;
  Resolution r(given, index, out, context, origin);
  join_namespace(r, all, index);
  if (!given.region) given.region = context.region;
  out.region = *given.region;
  out.tier = given.tier.value_or(Tier::standard);
  r.fill(given.tier, Tier::standard, "tier");
  if (!origin.good(r.path())) return out;
  r.kind.check_tier(r);
  check_keys(r);
  if (given.consumer && given.consumer->settle && !out.kind->bills_calls(out) && r.has("consumer"))
    r.error({"consumer", "settle"}, "is of no use: calls are not billed there", "remove it");
  if (given.consumer) out.consumers = {{given.consumer->reads, given.consumer->settle == Settle::complete}};
  if (given.consumers && given.consumer)
    r.error({"consumers"}, "is there beside a consumer", "write one of the two");
  if (given.consumers && given.consumers->empty())
    r.error({"consumers"}, "names nobody", "write consumers: [{reads: 500/s}, {}], or remove it");
  if (given.consumers)
    for (const ConsumerGiven& one : *given.consumers) out.consumers.push_back({one.reads, false});
  r.kind.resolve(r);
  resolve_zone(r);
  resolve_failover(r);
  return out;
}

class ExportResolver : private sim::settings::Part {
 public:
  ExportResolver(Export& one, std::size_t index, const std::vector<Destination>& destinations,
                 const Context& context, const Origin& origin)
      : Part(origin, {"exports", index}), export_(one), destinations_(destinations), context_(context) {}

  void run() {
    // What is sent at one instant is to be seen within the time over which limits are judged.
    if (!origin_.given(at({"batch"})))
      export_.batch = context_.lumps ? event_hubs_figures().window : default_export().batch;
    if (!origin_.good(path_)) return;
    resolve_destinations();
    Retry& retry = export_.retry;
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
    const std::uint32_t most = figures().limits.destinations_per_export;
    if (export_.to.empty()) return error({"to"}, "it goes nowhere", "write the name of a destination");
    if (context_.documented && export_.to.size() > most)
      error({"to"}, fmt::format("{} destinations are too many for an export", export_.to.size()),
            fmt::format("at most {}; limits: off would let it pass", most));
    std::vector<std::string> names;
    for (const Destination& destination : destinations_) names.push_back(destination.name);
    std::set<std::string> seen;
    for (std::size_t i = 0; i < export_.to.size(); ++i) {
      const std::string& name = export_.to[i];
      if (!seen.insert(name).second)
        error({"to", i}, fmt::format("{} is there twice", quoted(name)), "remove one");
      const auto found = std::find(names.begin(), names.end(), name);
      if (found != names.end())
        check_message(i, destinations_[static_cast<std::size_t>(found - names.begin())]);
      if (found != names.end() || !origin_.good({"destinations"})) continue;
      error({"to", i}, fmt::format("no destination {}", quoted(name)),
            names.empty() ? "list it under destinations" : "write " + sim::settings::listed(names));
    }
  }

  // The largest message that devices send must fit.
  void check_message(std::size_t i, const Destination& to) const {
    const std::uint64_t largest = std::max(export_.data.telemetry ? context_.telemetry_bytes : 0,
                                           export_.data.properties ? context_.property_bytes : 0) +
                                  export_.envelope + export_.enrichment;
    const std::uint64_t most = to.kind->most_message(to);
    if (!context_.documented || most == 0 || largest <= most || !origin_.good({"fleet"})) return;
    error(
        {"to", i},
        fmt::format("messages of {} are larger than {} takes", sim::settings::format_size(largest), to.name),
        fmt::format("at most {}; limits: off would let it pass", sim::settings::format_size(most)));
  }

  // What is sent together must not be older than the window when it is sent for the first time.
  void check_window() const {
    const Duration window = export_.retry.window;
    if (window < *export_.batch)
      return error({"retry", "window"}, fmt::format("{} is shorter than a batch", format_duration(window)),
                   fmt::format("at least {}", format_duration(*export_.batch)));
    Duration file{0};
    for (const Destination& to : destinations_)
      if (std::find(export_.to.begin(), export_.to.end(), to.name) != export_.to.end())
        file = std::max(file, to.kind->file(to));
    if (window < file)
      error({"retry", "window"},
            fmt::format("{} is shorter than the time of a file", format_duration(window)),
            fmt::format("at least {}", format_duration(file)));
  }

  void check_created() const {
    const Duration created = *export_.created - sim::start_of_run;
    if (origin_.good({"warmup"}) && created < context_.warmup)
      error({"created"}, fmt::format("{} is before the end of the warm-up", format_duration(created)),
            fmt::format("at least {}", format_duration(context_.warmup)));
    if (origin_.good({"duration"}) && created >= context_.duration)
      error({"created"}, fmt::format("{} is not before the end of the run", format_duration(created)),
            fmt::format("the duration is {}", format_duration(context_.duration)));
  }

  Export& export_;
  const std::vector<Destination>& destinations_;
  const Context& context_;
};

void check_counts(std::size_t destinations, std::size_t exports, const Context& context,
                  const Origin& origin) {
  const Limits& limits = figures().limits;
  if (!context.documented) return;
  const auto check = [&](const char* key, std::size_t n, std::uint32_t most) {
    if (n > most)
      origin.error({key}, fmt::format("{} are more than an application can have", n),
                   fmt::format("at most {}; limits: off would let it pass", most));
  };
  check("destinations", destinations, limits.destinations);
  check("exports", exports, limits.exports);
}

}  // namespace

std::vector<Destination> resolve_destinations(std::vector<DestinationGiven>& given, const Context& context,
                                              const Origin& origin) {
  std::vector<Destination> all;
  for (std::size_t i = 0; i < given.size(); ++i)
    all.push_back(resolve_destination(given, i, context, origin));
  return all;
}

void resolve_exports(std::vector<Export>& exports, const std::vector<Destination>& destinations,
                     const Context& context, std::vector<std::string>& warnings, const Origin& origin) {
  for (std::size_t i = 0; i < exports.size(); ++i)
    ExportResolver(exports[i], i, destinations, context, origin).run();
  check_counts(destinations.size(), exports.size(), context, origin);
  for (const Destination& destination : destinations) {
    const bool fed = std::any_of(exports.begin(), exports.end(), [&](const Export& one) {
      return std::find(one.to.begin(), one.to.end(), destination.name) != one.to.end();
    });
    if (!fed && origin.good({"exports"}) && origin.good({"destinations"}))
      warnings.push_back(fmt::format("no export goes to destination {}", destination.name));
  }
}

}  // namespace exports
