// What a fault did, in words: who lost service, how long it took to come back, where the time went.
#pragma once
#include <string>
#include <vector>

#include "tools/output/view.hpp"

namespace output {

// A wait part and its share of the outage.
struct WaitShare {
  std::string part;
  double share = 0;    // of all parts together, 0..1
  double seconds = 0;  // mean a device
};

// The parts that took any time, the longest first.
std::vector<WaitShare> wait_shares(const View& view, const std::string& fault);

// The same of what moved devices, such as "rebalance"; empty where nobody was moved.
std::string action_text(const View& view, const std::string& action);
// What an action of the control plane has left without service, before anything else is told; empty where
// that is nobody.
std::string stranded_text(const View& view, const std::string& action);
std::string recovery_text(const View& view, const faults::Fault& fault);

}  // namespace output
