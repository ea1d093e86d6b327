// Messages of an export that a destination has not taken yet, first in, first out.
#pragma once
#include <cstdint>
#include <deque>
#include <functional>

#include "sim/time.hpp"

namespace exports {

using sim::Duration;
using sim::Time;

// The whole messages of an amount that was added up; what it lacks of one by rounding does not count.
inline std::uint64_t whole(double messages) {
  return messages > 0 ? static_cast<std::uint64_t>(messages + 1e-6) : 0;
}

// Messages that arrived evenly after `from` up to `to`, message i of n (from 1) at from + (to - from) i / n.
struct Piece {
  Time from, to;
  std::uint64_t count = 0;
  double bytes_each = 0;
  double blocks_each = 1;  // of a message: what its destination bills begins anew with each
  Time arrival(std::uint64_t i) const;
  std::uint64_t count_until(Time t) const;
};

class Backlog {
 public:
  // Told of what leaves: pieces from the oldest on.
  using Leaving = std::function<void(const Piece&)>;

  void add(const Piece& piece);  // none of it arrived before what is here
  std::uint64_t count() const { return count_; }
  bool empty() const { return count_ == 0; }
  double bytes() const;
  double bytes_each() const { return count_ > 0 ? bytes() / static_cast<double>(count_) : 0; }
  double blocks_each() const;                            // on average, one where there is nothing
  Time delivered_until() const { return taken_until_; }  // arrival of the last that was taken
  Time oldest() const;                      // arrival of the oldest message; never if there is none
  std::uint64_t count_until(Time t) const;  // those that arrived up to an instant
  // The n oldest leave, n <= count().
  void take(std::uint64_t n, const Leaving& leaving);
  // Those that arrived before an instant leave; returns how many.
  std::uint64_t drop_before(Time t);
  std::uint64_t clear();
  // A share of each piece goes to another backlog, which was empty.
  void split(double share, Backlog& other);

 private:
  std::deque<Piece> pieces_;
  std::uint64_t count_ = 0;
  Time taken_until_{};
};

}  // namespace exports
