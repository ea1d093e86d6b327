// Which hub a device is given: the allocation policies of an enrollment group over its linked hubs.
#pragma once
#include <cstdint>
#include <vector>

#include "models/ids.hpp"
#include "models/provisioning/settings.hpp"
#include "sim/random.hpp"

namespace provisioning {

using ids::HubId;

// A hub as an allocation policy sees it.
struct Candidate {
  HubId hub;
  double weight = 1;  // allocation weight in this enrollment group, > 0
  std::uint64_t name_hash =
      0;                      // of the hub's name: what the weighted hash uses, so that order does not matter
  sim::Duration latency{0};   // from the device's region, for lowest latency
  std::uint64_t devices = 0;  // provisioned or about to be, for least devices and two choices
};

// Weighted rendezvous hashing (highest random weight, Thaler and Ravishankar 1998; weights by -w / ln u):
// each hub is chosen with a probability proportional to its weight, and a hub that goes away moves its own
// share only. Returns the index in `candidates`, -1 if there is none. `device`: a hash of the registration
// ID.
int evenly_weighted(const std::vector<Candidate>& candidates, std::uint64_t device);

// The fewest devices for its weight; ties go to the weighted hash.
int least_devices(const std::vector<Candidate>& candidates, std::uint64_t device);

// The lowest latency; equal ones are hashed by weight (facts, platform 2.1).
int lowest_latency(const std::vector<Candidate>& candidates, std::uint64_t device);

// Of two different hubs drawn at random the one with fewer devices for its weight.
int two_choices(const std::vector<Candidate>& candidates, std::uint64_t device, const sim::Draw& draw);

// `turn` counts the assignments of the enrollment group; weights do not matter.
int round_robin(const std::vector<Candidate>& candidates, std::uint64_t turn);

}  // namespace provisioning
