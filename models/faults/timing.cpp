// When faults happen: each at its time, by chance, or at one of the places that replications go through.
#include <fmt/format.h>

#include <cmath>

#include "models/faults/resolve.hpp"
#include "sim/settings/text.hpp"

namespace faults {
namespace {

using sim::settings::Origin;
using sim::settings::quoted;

constexpr double most_incidents = 100'000;  // to be expected of a run; each changes the state of the world

class TimingResolver : private sim::settings::Part {
 public:
  TimingResolver(FaultGiven& given, std::size_t index, const Origin& origin)
      : Part(origin, {"faults", index}), given_(given), fault_(given_.fault) {}

  void run() {
    if (!origin_.good(path_) || !one_way()) return;
    if (given_.at) fault_.at = *given_.at;
    if (given_.instants) fault_.instants = *given_.instants;
    if (given_.at && given_.each)
      error({"each"}, "a fault that begins at a given time has one target",
            "write region: westeurope for all that is there, or instants: 12 for one after the other");
    if (!by_chance()) return check_without_chance();
    resolve_chance();
    check_correlated();
  }

 private:
  bool has(const char* key) const { return origin_.given(at({key})); }
  bool by_chance() const { return given_.mtbf || given_.mttr; }

  bool one_way() const {
    std::vector<const char*> ways;
    for (const char* key : {"at", "instants"})
      if (has(key)) ways.push_back(key);
    if (by_chance()) ways.push_back(given_.mtbf ? "mtbf" : "mttr");
    if (ways.empty())
      error({}, "nothing says when it happens", "add at: 2h, or mtbf: 30d and mttr: 2h, or instants: 12");
    if (ways.size() > 1)
      error({ways[1]}, fmt::format("{} says already when it happens", quoted(ways[0])), "write one of them");
    return ways.size() == 1;
  }

  void check_without_chance() const {
    for (const char* key : {"time_to_failure", "time_to_repair", "correlated"})
      if (has(key))
        error({key}, "the fault does not happen by chance", "write mtbf: 30d and mttr: 2h, or remove it");
  }

  void resolve_chance() {
    if (!given_.mttr) error({"mtbf"}, "nothing says how long an outage lasts", "add mttr: 2h");
    if (!given_.mtbf) error({"mttr"}, "nothing says how often it fails", "add mtbf: 30d");
    if (has("for")) error({"for"}, "how long an outage lasts is drawn", "remove it; mttr is the mean");
    if (!given_.time_to_failure) given_.time_to_failure.emplace();
    if (!given_.time_to_repair) given_.time_to_repair.emplace();
    const SpreadGiven& repair = *given_.time_to_repair;
    Chance chance{given_.mtbf.value_or(sim::Duration{1}), given_.mttr.value_or(sim::Duration{1})};
    chance.shape = given_.time_to_failure->shape.value_or(1);
    chance.repair = repair.sigma ? Chance::Repair::lognormal : repair.kind;
    chance.sigma = repair.sigma.value_or(0);
    if (given_.correlated) {
      chance.with_zone = given_.correlated->zone.value_or(0);
      chance.with_region = given_.correlated->region.value_or(0);
    }
    fault_.chance = chance;
  }

  void check_correlated() const {
    if (!given_.correlated) return;
    const bool hubs = given_.each == Target::hub, zones = given_.each == Target::zone;
    if (!hubs && !zones)
      return error({"correlated"}, "there is nothing beside the target to take along",
                   "write each: hub, or remove it");
    if (zones && given_.correlated->zone)
      error({"correlated", "zone"}, "an outage is of a whole zone already", "write region: 5%, or each: hub");
    if (!given_.correlated->zone && !given_.correlated->region)
      error({"correlated"}, "nothing is taken along", "write {zone: 20%}");
  }

  FaultGiven& given_;
  Fault& fault_;
};

std::string rounded(double n) { return sim::settings::format_decimal(std::round(n)); }

// How many incidents there are to be, and how many replications, once the whole scenario is known.
class CountCheck {
 public:
  CountCheck(const std::vector<Fault>& all, const Topology& topology, const Span& span,
             const Replications& replications, const Origin& origin)
      : all_(all), topology_(topology), span_(span), replications_(replications), origin_(origin) {}

  void run() {
    for (std::size_t i = 0; i < all_.size(); ++i) {
      if (!origin_.good({"faults", i}) || !found(all_[i])) continue;
      if (all_[i].chance) check_zones(i);
      if (all_[i].chance) check_number(i);
      if (all_[i].instants > 0) check_places(i);
    }
  }

 private:
  // Whether its target is known; else that has been reported.
  bool found(const Fault& fault) const {
    return fault.target != Target::hub || fault.each || fault.hub.index() < topology_.hubs.size();
  }

  // A hub that spans the zones of its region is in none of them.
  void check_zones(std::size_t i) const {
    const bool in_one = std::any_of(topology_.hubs.begin(), topology_.hubs.end(),
                                    [](const Topology::Hub& hub) { return hub.zone > 0; });
    const Fault& fault = all_[i];
    if (fault.target != Target::hub || fault.chance->with_zone == 0 || in_one) return;
    origin_.error({"faults", i, "correlated", "zone"}, "services span the zones here: no hub is in one",
                  "write region: 5%");
  }

  void check_number(std::size_t i) {
    const double before = expected_;
    expected_ += expected_incidents(all_[i], topology_, span_);
    if (before > most_incidents || expected_ <= most_incidents) return;
    origin_.error({"faults", i, "mtbf"},
                  fmt::format("{} outages are to be expected, more than a run takes on", rounded(expected_)),
                  fmt::format("at most {}; a longer mtbf, a shorter duration", rounded(most_incidents)));
  }

  void check_places(std::size_t i) {
    const Fault& fault = all_[i];
    if (placed_)
      return origin_.error({"faults", i, "instants"}, "a second fault that replications go through",
                           fmt::format("the first is faults[{}]; write at: 2h", *placed_));
    placed_ = i;
    if (!origin_.good({"replications"})) return;
    const std::size_t there = targets(fault, topology_).size();
    const std::uint64_t places = std::uint64_t{there} * fault.instants;
    if (places > replications_.most)
      return origin_.error({"faults", i, "instants"},
                           fmt::format("{} x {} places are more than the {} replications there can be", there,
                                       fault.instants, replications_.most),
                           "write fewer instants");
    if (places == replications_.planned) return;
    origin_.error({"faults", i, "instants"},
                  fmt::format("{} x {} places take {} replications, not {}", there, fault.instants, places,
                              replications_.planned),
                  fmt::format("write replications: {} at the top level", places));
  }

  const std::vector<Fault>& all_;
  const Topology& topology_;
  const Span& span_;
  const Replications& replications_;
  const Origin& origin_;
  double expected_ = 0;
  std::optional<std::size_t> placed_;
};

}  // namespace

void resolve_times(std::vector<FaultGiven>& given, const Origin& origin) {
  for (std::size_t i = 0; i < given.size(); ++i) TimingResolver(given[i], i, origin).run();
}

void check_counts(const std::vector<Fault>& all, const Topology& topology, const Span& span,
                  const Replications& replications, const Origin& origin) {
  if (!origin.good({"application"}) || !origin.good({"duration"}) || !origin.good({"warmup"}) ||
      span.from >= span.to)
    return;
  CountCheck(all, topology, span, replications, origin).run();
}

}  // namespace faults
