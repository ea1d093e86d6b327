#include "models/hub/requests.hpp"

namespace hub {

Requests::Requests(double limit, const Shaping& shaping)
    : flow_(limit, shaping.burst, shaping.queue, shaping.expiry) {}

void Requests::set_rate(Time now, const Rate& rate) {
  flow_.set_rate(now, rate.amount, 0);
  if (rate.amount <= 0) return;
  each_ = rate.amount / rate.count;
  blocks_ = rate.blocks / rate.amount;
}

void Requests::set_limit(Time now, double limit) { flow_.set_capacity(now, limit); }

double Requests::advance(Time now) {
  const double arrived = flow_.arrived(), before = admitted();
  const double waited = flow_.waited() + flow_.backlog(), refused = flow_.overflowed() + flow_.expired();
  flow_.advance(now);
  counters_.sent += (flow_.arrived() - arrived) / each_;
  counters_.delayed += (flow_.waited() + flow_.backlog() - waited) / each_;
  counters_.refused += (flow_.overflowed() + flow_.expired() - refused) / each_;
  return (admitted() - before) * blocks_;
}

double Requests::admitting() const { return flow_.admitting() * blocks_; }

}  // namespace hub
