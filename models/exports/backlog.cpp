#include "models/exports/backlog.hpp"

#include <algorithm>
#include <cmath>

#include "sim/invariant.hpp"

namespace exports {

Time Piece::arrival(std::uint64_t i) const {
  const double part = static_cast<double>(i) / static_cast<double>(count);
  return from + Duration{static_cast<std::int64_t>(static_cast<double>((to - from).count()) * part)};
}

// By halving: between the two is how many have arrived.
std::uint64_t Piece::count_until(Time t) const {
  std::uint64_t few = 0, many = count;
  while (few < many) {
    const std::uint64_t middle = few + (many - few + 1) / 2;
    if (arrival(middle) <= t)
      few = middle;
    else
      many = middle - 1;
  }
  return few;
}

void Backlog::add(const Piece& piece) {
  if (piece.count == 0) return;
  sim::require(pieces_.empty() || pieces_.back().to <= piece.to, "a backlog is given older messages");
  pieces_.push_back(piece);
  count_ += piece.count;
}

double Backlog::bytes() const {
  double sum = 0;
  for (const Piece& piece : pieces_) sum += static_cast<double>(piece.count) * piece.bytes_each;
  return sum;
}

double Backlog::blocks_each() const {
  double sum = 0;
  for (const Piece& piece : pieces_) sum += static_cast<double>(piece.count) * piece.blocks_each;
  return count_ > 0 ? sum / static_cast<double>(count_) : 1;
}

Time Backlog::oldest() const { return pieces_.empty() ? sim::never : pieces_.front().arrival(1); }

std::uint64_t Backlog::count_until(Time t) const {
  std::uint64_t n = 0;
  for (const Piece& piece : pieces_) {
    if (piece.to > t) return n + piece.count_until(t);
    n += piece.count;
  }
  return n;
}

void Backlog::take(std::uint64_t n, const Leaving& leaving) {
  sim::require(n <= count_, "{} messages leave a backlog of {}", n, count_);
  count_ -= n;
  while (n > 0) {
    Piece& first = pieces_.front();
    const std::uint64_t part = std::min(n, first.count);
    const Time until = first.arrival(part);
    leaving({first.from, until, part, first.bytes_each, first.blocks_each});
    taken_until_ = until;
    n -= part;
    first.count -= part;
    first.from = until;
    if (first.count == 0) pieces_.pop_front();
  }
}

std::uint64_t Backlog::drop_before(Time t) {
  const std::uint64_t dropped = count_until(t - Duration{1});
  take(dropped, [](const Piece&) {});
  return dropped;
}

std::uint64_t Backlog::clear() {
  const std::uint64_t all = count_;
  pieces_.clear();
  count_ = 0;
  return all;
}

void Backlog::split(double share, Backlog& other) {
  sim::require(other.empty(), "a backlog is split into one that holds messages");
  std::deque<Piece> left;
  double due = 0;
  std::uint64_t given = 0;
  for (const Piece& piece : pieces_) {
    due += static_cast<double>(piece.count) * share;
    const auto part = std::min(piece.count, whole(due) - given);
    given += part;
    other.add({piece.from, piece.to, part, piece.bytes_each, piece.blocks_each});
    if (part < piece.count)
      left.push_back({piece.from, piece.to, piece.count - part, piece.bytes_each, piece.blocks_each});
  }
  pieces_ = std::move(left);
  count_ -= given;
}

}  // namespace exports
