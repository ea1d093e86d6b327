// The latest return of each device: whether the device is ready after it, and whether it lasts. Recovery
// counts what is found out (definitions: docs/metrics.md).
#pragma once
#include <functional>
#include <unordered_map>
#include <vector>

#include "models/signals.hpp"
#include "sim/huge_pages.hpp"
#include "sim/time.hpp"

namespace measures {

using ids::CauseId;
using signals::Device;
using sim::Duration;
using sim::Time;

// Who loses service again so soon after its return has not come back for good.
inline constexpr Duration relapse_time = std::chrono::seconds{60};

class Returns {
 public:
  enum class What : std::uint8_t {
    ready,      // it has done what it does after a connect, so long after the start of the fault
    cut_short,  // it lost service again before
    relapsed,   // it lost service again so soon
    lasted,     // its return, so long after the start of the fault, was one for good
  };
  // What has become of a return from an episode of this incident.
  using Tell = std::function<void(What, Device, CauseId, Duration)>;
  explicit Returns(Tell tell) : tell_(std::move(tell)) {}

  // It is back from an episode of an incident that began at `begin`; not `ready`: something is still to be
  // done. devices: how many there are.
  void back(Device d, Time at, CauseId fault, Time begin, bool ready, std::size_t devices);
  // It has service again, which no fault had taken.
  void online(Device d, Time at);
  void ready(Device d, Time at);
  // moved: by an action, which is no relapse.
  void lost(Device d, Time at, bool planned, bool moved);
  void left(Device d);
  void finish();

  // Whether an episode of this incident goes on with one from which the device has not come back for good.
  bool goes_on(Device d, CauseId fault) const;

 private:
  // From the begin of an incident until a device is back for good.
  struct Stretch {
    CauseId fault;
    Time begin{};
  };
  struct Latest {
    Time at{};  // zero: it is away
    CauseId fault;
    bool ready = true;
    bool apart = false;  // its stretch is the latest return's own, and not one of those that go on
    Time begin{};
  };
  void settle(Device d);
  void cut_short(Device d);
  // Whether something was still to be done, which is not any more.
  bool end_wait(Latest& latest);
  Tell tell_;
  std::size_t unready_ = 0;                                    // devices that are back and not ready
  sim::HugeVector<Latest> latest_;                             // of each device; empty until one is back
  std::unordered_map<Device, std::vector<Stretch>> going_on_;  // of devices that relapsed; never iterated
};

}  // namespace measures
