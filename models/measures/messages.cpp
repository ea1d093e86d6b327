#include "models/measures/messages.hpp"

#include <algorithm>

namespace measures {

namespace {
constexpr Time not_joined = sim::never;
}

Messages::Messages(Setup setup)
    : setup_(std::move(setup)), since_(setup_.devices, not_joined), online_(setup_.devices) {}

// A gap in the connection: the newest messages up to the buffer's size survive it.
void Messages::add_offline(Account& account, Device d, Time from, Time to, bool ended) const {
  const MessageClock clock = setup_.clock(d);
  const std::int64_t arose = clock.count(to) - clock.count(from);
  const std::int64_t kept = std::min<std::int64_t>(arose, setup_.buffer(d));
  account.lost += arose - kept;
  (ended ? account.delivered : account.buffered) += kept;
}

void Messages::offline(Device d, Time at, int, int, bool) {
  const MessageClock clock = setup_.clock(d);
  closed_.delivered += clock.count(at) - clock.count(since_[d]);
  since_[d] = at;
  online_[d] = false;
}

void Messages::online(Device d, Time at, Time since, int) {
  if (since_[d] == not_joined) {
    since_[d] = at;  // an established device at the start
  } else {
    add_offline(closed_, d, since_[d], at, true);
    offline_time_ += (at - std::max(since, warmup_)).count();
  }
  since_[d] = at;
  online_[d] = true;
}

void Messages::joined(Device d, Time at) {
  if (joined_.empty()) joined_.resize(setup_.devices, Time{});
  joined_[d] = at;
  since_[d] = at;
}

Messages::Account Messages::count_all(Time t) const {
  Account account = closed_;
  for (Device d = 0; d < since_.size(); ++d) {
    if (since_[d] == not_joined) continue;
    const MessageClock clock = setup_.clock(d);
    account.generated += clock.count(t) - clock.count(joined_.empty() ? Time{} : joined_[d]);
    if (online_[d])
      account.delivered += clock.count(t) - clock.count(since_[d]);
    else
      add_offline(account, d, since_[d], t, false);
  }
  return account;
}

void Messages::begin_counting(Time warmup) {
  warmup_ = warmup;
  if (warmup == Time{}) return;
  offline_time_ = 0;
  at_warmup_ = count_all(warmup);
  carried_in_ = at_warmup_.buffered;
}

void Messages::finish(Time end) {
  account_ = count_all(end);
  account_.generated -= at_warmup_.generated;
  account_.delivered -= at_warmup_.delivered;
  account_.lost -= at_warmup_.lost;
  for (Device d = 0; d < since_.size(); ++d) {
    if (since_[d] == not_joined) continue;
    wanted_time_ += (end - std::max(warmup_, joined_.empty() ? Time{} : joined_[d])).count();
    if (!online_[d] && since_[d] < end) offline_time_ += (end - std::max(warmup_, since_[d])).count();
  }
}

void Messages::report(Report& report) const {
  const auto put = [&](const char* name, std::int64_t n) {
    report.values[std::string("telemetry.") + name] = {"messages", static_cast<double>(n), std::nullopt,
                                                       std::nullopt};
  };
  put("generated", account_.generated);
  put("carried_in", carried_in_);
  put("delivered", account_.delivered);
  put("lost", account_.lost);
  put("buffered", account_.buffered);
  const double wanted = static_cast<double>(wanted_time_);
  Value availability{"1", std::nullopt, std::nullopt, std::nullopt};
  if (wanted_time_ > 0) availability.value = 1 - static_cast<double>(offline_time_) / wanted;
  report.values["availability"] = availability;
}

}  // namespace measures
