#include "models/faults/incidents.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <utility>

#include "models/faults/chance.hpp"
#include "models/faults/targets.hpp"

namespace faults {

namespace {

// Outages of one name on the same target are the same in every scenario that has them, whatever else is
// there.
std::uint64_t key_of(const Fault& fault, const Topology& topology) {
  const std::string target =
      std::to_string(static_cast<int>(fault.target)) + "/" + target_name(fault, topology);
  return sim::mix(sim::hash_text(fault.name.data(), fault.name.size()),
                  sim::hash_text(target.data(), target.size()));
}

struct Where {
  std::string region;
  std::uint32_t zone = 0;
};

Where where(const Fault& fault, const Topology& topology) {
  if (fault.target != Target::hub) return {fault.region, fault.zone};
  const Topology::Hub& hub = topology.hubs[fault.hub.index()];
  return {hub.region, hub.zone};
}

// The targets that an outage of `hit` takes along.
std::vector<std::size_t> taken_along(const std::vector<Fault>& all, std::size_t hit, const Topology& topology,
                                     const sim::Draw& draw) {
  const Chance& chance = *all[hit].chance;
  const bool region = draw.uniform(3) < chance.with_region, zone = draw.uniform(2) < chance.with_zone;
  std::vector<std::size_t> taken;
  if (!region && !zone) return taken;
  const Where here = where(all[hit], topology);
  for (std::size_t i = 0; i < all.size(); ++i) {
    const Where there = where(all[i], topology);
    if (i != hit && there.region == here.region && (region || (here.zone != 0 && there.zone == here.zone)))
      taken.push_back(i);
  }
  return taken;
}

// The outages of one target, and what they take along.
void add_outages(std::vector<Incident>& out, std::size_t fault, const std::vector<Fault>& all, std::size_t i,
                 const Topology& topology, const sim::Streams& streams, const Span& span) {
  const Renewal renewal(*all[i].chance, streams, key_of(all[i], topology));
  const auto add = [&](std::size_t target, sim::Time at, sim::Duration length) {
    out.push_back({fault, all[target]});
    out.back().what.at = at;
    out.back().what.duration = length;
  };
  sim::Time up_since = span.from;
  for (std::uint32_t n = 0;; ++n) {
    const sim::Draw draw = renewal.draw(n);
    const sim::Duration up = n == 0 ? renewal.first_up() : renewal.up(draw);
    if (up_since >= span.to || up >= span.to - up_since) return;
    const sim::Time at = up_since + up;
    const sim::Duration length = renewal.down(draw);
    add(i, at, length);
    for (const std::size_t other : taken_along(all, i, topology, draw)) add(other, at, length);
    up_since = at + length;
  }
}

std::vector<Incident> by_chance(std::size_t index, const Fault& fault, const Topology& topology,
                                const sim::Streams& streams, const Span& span) {
  const std::vector<Fault> all = targets(fault, topology);
  std::vector<Incident> out;
  for (std::size_t i = 0; i < all.size(); ++i) add_outages(out, index, all, i, topology, streams, span);
  std::stable_sort(out.begin(), out.end(),
                   [](const Incident& a, const Incident& b) { return a.what.at < b.what.at; });
  return out;
}

}  // namespace

std::vector<Fault> targets(const Fault& fault, const Topology& topology) {
  if (!fault.each) return {fault};
  return kind_of(fault.target).each(fault, topology);
}

Fault placed(const Fault& fault, const Topology& topology, const Span& span, std::uint32_t replication) {
  const std::vector<Fault> all = targets(fault, topology);
  Fault one = all[replication / fault.instants % all.size()];
  const std::int64_t step = span.length().count() / fault.instants,
                     rest = span.length().count() % fault.instants;
  const std::int64_t i = replication % fault.instants;
  one.at = span.from + sim::Duration{step * i + rest * i / fault.instants};
  return one;
}

double expected_incidents(const Fault& fault, const Topology& topology, const Span& span) {
  const std::vector<Fault> all = targets(fault, topology);
  const Chance& chance = *fault.chance;
  const double outages = sim::seconds(span.length()) / sim::seconds(chance.mtbf + chance.mttr);
  std::map<std::string, double> in_region;
  std::map<std::pair<std::string, std::uint32_t>, double> in_zone;  // of a region
  for (const Fault& one : all) {
    const Where there = where(one, topology);
    ++in_region[there.region];
    ++in_zone[{there.region, there.zone}];
  }
  double incidents = 0;
  for (const Fault& hit : all) {
    const Where here = where(hit, topology);
    const double others_here = here.zone != 0 ? in_zone[{here.region, here.zone}] : 0,
                 others_beside = in_region[here.region] - others_here;
    const double zone = 1 - (1 - chance.with_zone) * (1 - chance.with_region);
    incidents += outages * (1 + zone * std::max(0.0, others_here - 1) + chance.with_region * others_beside);
  }
  return incidents;
}

std::vector<Incident> incidents(const std::vector<Fault>& faults, const Topology& topology,
                                const sim::Streams& streams, const Span& span) {
  std::vector<Incident> all;
  for (std::size_t f = 0; f < faults.size(); ++f) {
    const Fault& fault = faults[f];
    if (fault.chance) {
      const std::vector<Incident> drawn = by_chance(f, fault, topology, streams, span);
      all.insert(all.end(), drawn.begin(), drawn.end());
    } else {
      all.push_back({f, fault.instants > 0 ? placed(fault, topology, span, streams.replication()) : fault});
    }
  }
  return all;
}

}  // namespace faults
