// Requests besides messages, of one kind: a flow through a throttle of their own. Who is refused is told so
// and keeps its connection.
#pragma once
#include "models/hub/counters.hpp"
#include "models/hub/settings.hpp"
#include "sim/flow.hpp"

namespace hub {

using sim::Duration;
using sim::Time;

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
  // Returns the blocks admitted since the last time.
  double advance(Time now);
  double served() const { return flow_.served(); }  // amount
  double admitting() const;  // blocks a second, until next_change() at today's rate and limit
  Time next_change() const { return flow_.next_change(); }
  const RequestCounters& counters() const { return counters_; }

 private:
  double admitted() const { return flow_.arrived() - flow_.overflowed(); }
  sim::Flow flow_;
  double each_ = 1, blocks_ = 0;  // of a request, as they come now: amount; blocks for each unit of amount
  RequestCounters counters_;
};

}  // namespace hub
