// A rate limit of a namespace or account that several senders share, judged over a short window and fair
// among them.
#pragma once
#include <cstddef>
#include <vector>

#include "sim/time.hpp"

namespace exports {

using sim::Duration;
using sim::Time;

// Amounts are messages, bytes, credits or requests. A sender offers at instants what it would have sent over
// a span of time, and has what its share of the rate gives in it; one that comes again after having been away
// has its share of one window. The shares are max-min fair: who asks for less than an even share gets it, the
// others share the rest evenly.
class SharedLimit {
 public:
  // longest: the longest span of an offer; senders that were silent for twice as long do not count.
  SharedLimit(double rate, Duration window, Duration longest, std::size_t senders);
  void set_rate(Time now, double rate);
  Duration longest() const { return longest_; }
  // How much of `wanted` the sender may send now, for this span.
  double available(Time now, std::size_t sender, double wanted, Duration span);
  void take(double amount) { credit_ -= amount; }

 private:
  struct Sender {
    Time at{};           // of its last offer
    double demand = 0;   // a second, as offered then
    bool known = false;  // whether it has ever offered anything
  };
  void advance(Time now);
  double share(Time now, std::size_t sender) const;
  double rate_;
  Duration window_, longest_;
  std::vector<Sender> senders_;
  double credit_;
  Time at_{};
};

}  // namespace exports
