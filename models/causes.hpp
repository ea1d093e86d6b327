// What devices lose service to, or are told to do something for, in one replication: the one place that
// numbers all of it and knows the names. Incidents of faults come first, then the actions of the scenario, in
// its order, then what IoT Central does by itself.
#pragma once
#include <string>
#include <vector>

#include "models/ids.hpp"

namespace signals {

using ids::CauseId;

class Causes {
 public:
  // What IoT Central does by itself is called.
  static constexpr const char* rebalance_name = "rebalance";
  static constexpr const char* scale_in_name = "scale-in";
  // The names of the incidents ("hub2", or "hubs (hub-2)" of a fault with several targets) and of the
  // actions.
  Causes(std::vector<std::string> incidents, std::vector<std::string> actions);

  std::size_t size() const { return names_.size(); }
  ids::Ids<CauseId> all() const { return names_.ids(); }
  CauseId incident(std::size_t i) const;       // by its place in the list of incidents
  CauseId action(std::size_t i) const;         // by its place in the scenario
  std::size_t action_of(CauseId cause) const;  // the place of an action in the scenario
  CauseId rebalance() const { return CauseId(first_own()); }
  CauseId scale_in() const { return CauseId(first_own() + 1); }

  bool is_incident(CauseId cause) const { return cause.index() < incidents_; }
  // "fault hub2", "drill", "rebalance".
  const std::string& name(CauseId cause) const { return names_[cause]; }

 private:
  std::size_t first_own() const { return incidents_ + actions_; }  // that IoT Central does by itself
  std::size_t incidents_, actions_;
  ids::PerId<CauseId, std::string> names_;
};

}  // namespace signals
