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

// What passes a flow, beside its amount: bytes; blocks of the hub's daily quota; messages as a plan of IoT
// Central counts them.
struct Content {
  double bytes = 0, blocks = 0, plan = 0;
  Content& operator+=(const Content& o) {
    bytes += o.bytes;
    blocks += o.blocks;
    plan += o.plan;
    return *this;
  }
  Content operator*(double factor) const { return {bytes * factor, blocks * factor, plan * factor}; }
};

// The content of what passes a flow. What waits is of many sizes, and leaves well mixed.
class Contents {
 public:
  // The flow went on from `then` to `now`; what arrived has `each` for each unit of its amount. Returns the
  // content of what was served meanwhile.
  Content hand_on(const Passed& then, const Passed& now, const Content& each);
  const Content& waiting() const { return waiting_; }
  const Content& taken() const { return taken_; }  // all that was served

 private:
  Content waiting_, taken_;
};

// The most blocks a second that a flow may serve until it is looked at again, where what arrives has so many
// for each unit of its amount.
double serving_blocks(const sim::Flow& flow, const Contents& contents, double blocks_each);

class Requests {
 public:
  // A second: how many, what they are to the throttle's limit, and what they contain.
  struct Rate {
    double count = 0, amount = 0;
    Content content;
    Rate& operator+=(const Rate& o) {
      count += o.count;
      amount += o.amount;
      content += o.content;
      return *this;
    }
  };
  // limit: of the amount, a second.
  Requests(double limit, const Shaping& shaping);

  void set_rate(Time now, const Rate& rate);
  void set_limit(Time now, double limit);
  // So many at this instant, each of this amount, which have `each` for each unit of it. Returns the content
  // of what was served at once.
  Content add(Time now, double count, double amount, const Content& each);
  // Returns the content of what was served since the last time.
  Content advance(Time now);
  void refuse_waiting(Time now);                    // whoever waits is refused
  void refuse(double count);                        // so many that come now
  double served() const { return flow_.served(); }  // amount
  const Content& taken() const { return contents_.taken(); }
  // Blocks a second, at most, until next_change() at today's rate and limit.
  double serving() const { return serving_blocks(flow_, contents_, content_each_.blocks); }
  Time next_change() const { return flow_.next_change(); }
  const RequestCounters& counters() const { return counters_; }

 private:
  template <class Act>
  Content pass(double amount_each, const Content& each, const Act& act);
  double held_up() const { return flow_.waited() + flow_.backlog(); }
  sim::Flow flow_;
  double each_ = 1;       // of a request, as they come now: amount
  Content content_each_;  // for each unit of the amount
  Contents contents_;
  RequestCounters counters_;
};

}  // namespace hub
