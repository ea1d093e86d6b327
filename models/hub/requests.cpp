#include "models/hub/requests.hpp"

namespace hub {

void Contents::hand_on(const Passed& then, const Passed& now, double bytes) {
  const double served = now.served - then.served;
  waiting_ += (now.arrived - then.arrived) * bytes;
  const double all = served + (now.refused - then.refused) + now.waits;
  if (all <= 0) return;
  taken_ += waiting_ * (served / all);
  waiting_ *= now.waits / all;
}

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
  const double arrived = flow_.arrived(), before = admitted(), waited = held_up(), lost = refused();
  flow_.advance(now);
  counters_.sent += (flow_.arrived() - arrived) / each_;
  counters_.delayed += (held_up() - waited) / each_;
  counters_.refused += (refused() - lost) / each_;
  return (admitted() - before) * blocks_;
}

double Requests::add(Time now, double count, double amount) {
  const double before = admitted(), waited = held_up(), lost = refused();
  flow_.add(now, count * amount);
  counters_.sent += count;
  counters_.delayed += (held_up() - waited) / amount;
  counters_.refused += (refused() - lost) / amount;
  return (admitted() - before) / amount;
}

double Requests::admitting() const { return flow_.admitting() * blocks_; }

}  // namespace hub
