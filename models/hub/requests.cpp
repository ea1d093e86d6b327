#include "models/hub/requests.hpp"

#include <algorithm>

namespace hub {

Content Contents::hand_on(const Passed& then, const Passed& now, const Content& each) {
  const double served = now.served - then.served;
  waiting_ += each * (now.arrived - then.arrived);
  const double all = served + (now.refused - then.refused) + now.waits;
  if (all <= 0) return {};
  const Content leaving = waiting_ * (served / all);
  taken_ += leaving;
  waiting_ = waiting_ * (now.waits / all);
  return leaving;
}

double serving_blocks(const sim::Flow& flow, const Contents& contents, double blocks_each) {
  const double waits = flow.backlog() > 0 ? contents.waiting().blocks / flow.backlog() : 0;
  return flow.serving() * std::max(blocks_each, waits);
}

Requests::Requests(double limit, const Shaping& shaping)
    : flow_(limit, shaping.burst, shaping.queue, shaping.expiry) {}

void Requests::set_rate(Time now, const Rate& rate) {
  flow_.set_rate(now, rate.amount, 0);
  if (rate.amount <= 0) return;
  each_ = rate.amount / rate.count;
  content_each_ = rate.content * (1 / rate.amount);
}

void Requests::set_limit(Time now, double limit) { flow_.set_capacity(now, limit); }

// Counts what becomes of the flow while it acts.
template <class Act>
Content Requests::pass(double amount_each, const Content& each, const Act& act) {
  const Passed then = Passed::by(flow_);
  const double waited = held_up();
  act();
  const Passed now = Passed::by(flow_);
  counters_.sent += (now.arrived - then.arrived) / amount_each;
  counters_.delayed += (held_up() - waited) / amount_each;
  counters_.refused += (now.refused - then.refused) / amount_each;
  return contents_.hand_on(then, now, each);
}

Content Requests::add(Time now, double count, double amount, const Content& each) {
  return pass(amount, each, [&] { flow_.add(now, count * amount); });
}

Content Requests::advance(Time now) {
  return pass(each_, content_each_, [&] { flow_.advance(now); });
}

void Requests::refuse_waiting(Time now) {
  pass(each_, content_each_, [&] { flow_.expire_all(now); });
}

void Requests::refuse(double count) {
  counters_.sent += count;
  counters_.refused += count;
}

}  // namespace hub
