#include "models/exports/shared_limit.hpp"

#include <algorithm>

namespace exports {

SharedLimit::SharedLimit(double rate, Duration window, Duration longest, std::size_t senders)
    : rate_(rate),
      window_(window),
      longest_(std::max(longest, window)),
      senders_(senders),
      credit_(rate * sim::seconds(longest_)) {}

void SharedLimit::advance(Time now) {
  credit_ = std::min(credit_ + rate_ * sim::seconds(now - at_), rate_ * sim::seconds(longest_));
  at_ = now;
}

void SharedLimit::set_rate(Time now, double rate) {
  advance(now);
  rate_ = rate;
  credit_ = std::min(credit_, rate_ * sim::seconds(longest_));
}

// The rate that a sender may have, with what the others asked for last.
double SharedLimit::share(Time now, std::size_t sender) const {
  std::vector<double> others;
  for (std::size_t s = 0; s < senders_.size(); ++s) {
    const Sender& other = senders_[s];
    if (s != sender && other.known && now - other.at <= 2 * longest_) others.push_back(other.demand);
  }
  std::sort(others.begin(), others.end());
  double left = rate_;
  std::size_t n = others.size() + 1;
  for (const double other : others) {
    const double even = left / static_cast<double>(n);
    if (other >= even) return even;
    left -= other;
    --n;
  }
  return left;
}

double SharedLimit::available(Time now, std::size_t sender, double wanted, Duration span) {
  advance(now);
  Sender& self = senders_[sender];
  const Duration time = std::clamp(span, window_, longest_);
  self = {now, wanted / sim::seconds(time), true};
  return std::max(0.0, std::min({wanted, credit_, share(now, sender) * sim::seconds(time)}));
}

}  // namespace exports
