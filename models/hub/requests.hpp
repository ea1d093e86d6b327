// Requests besides messages, of one kind: a flow through a throttle of their own. Who is refused is told so
// and keeps its connection.
#pragma once
#include "models/hub/counters.hpp"
#include "models/hub/settings.hpp"
#include "sim/flow.hpp"

namespace hub {

using sim::Duration;
using sim::Time;

// Amounts that came to a flow since its construction, what became of them, and what waits.
struct Passed {
  double arrived = 0, refused = 0, served = 0, waits = 0;
  static Passed by(const sim::Flow& flow) {
    return {flow.arrived(), flow.overflowed() + flow.expired(), flow.served(), flow.backlog()};
  }
};

// Bytes of what passes a flow. What waits is of many sizes, and leaves well mixed.
class Contents {
 public:
  // The flow went on from `then` to `now`; what arrived has so many bytes each.
  void hand_on(const Passed& then, const Passed& now, double bytes);
  double taken() const { return taken_; }

 private:
  double waiting_ = 0, taken_ = 0;
};

class Requests {
 public:
  // A second: how many, what they are to the throttle's limit, and what to the daily quota.
  struct Rate {
    double count = 0, amount = 0, blocks = 0;
    double bytes = 0;  // of all of them
    Rate& operator+=(const Rate& o) {
      count += o.count;
      amount += o.amount;
      blocks += o.blocks;
      bytes += o.bytes;
      return *this;
    }
  };
  // limit: of the amount, a second.
  Requests(double limit, const Shaping& shaping);

  void set_rate(Time now, const Rate& rate);
  void set_limit(Time now, double limit);
  // So many at this instant, each of this amount; returns how many of them are not refused.
  double add(Time now, double count, double amount);
  // Returns the blocks admitted since the last time.
  double advance(Time now);
  double served() const { return flow_.served(); }  // amount
  Passed passed() const { return Passed::by(flow_); }
  double admitting() const;  // blocks a second, until next_change() at today's rate and limit
  Time next_change() const { return flow_.next_change(); }
  const RequestCounters& counters() const { return counters_; }

 private:
  double admitted() const { return flow_.arrived() - flow_.overflowed(); }
  double held_up() const { return flow_.waited() + flow_.backlog(); }
  double refused() const { return flow_.overflowed() + flow_.expired(); }
  sim::Flow flow_;
  double each_ = 1, blocks_ = 0;  // of a request, as they come now: amount; blocks for each unit of amount
  RequestCounters counters_;
};

}  // namespace hub
