#include "models/causes.hpp"

#include <utility>

#include "sim/invariant.hpp"

namespace signals {

Causes::Causes(std::vector<std::string> incidents, std::vector<std::string> actions)
    : incidents_(incidents.size()), actions_(actions.size()) {
  for (const std::string& incident : incidents) names_.push_back("fault " + incident);
  for (std::string& action : actions) names_.push_back(std::move(action));
  names_.push_back(rebalance_name);
  names_.push_back(scale_in_name);
}

CauseId Causes::incident(std::size_t i) const {
  sim::require(i < incidents_, "incident {} of {}", i, incidents_);
  return CauseId(i);
}

CauseId Causes::action(std::size_t i) const {
  sim::require(i < actions_, "action {} of {}", i, actions_);
  return CauseId(incidents_ + i);
}

std::size_t Causes::action_of(CauseId cause) const {
  const bool action = cause.index() >= incidents_ && cause.index() < first_own();
  sim::require(action, "cause {} of {} is no action of the scenario", cause.index(), size());
  return cause.index() - incidents_;
}

}  // namespace signals
