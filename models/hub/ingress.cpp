#include "models/hub/ingress.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace hub {

namespace {

constexpr double shortest_s = 1e-4;      // so that the end of a quota is reached whatever rounding does
constexpr double longest_flush_s = 1e9;  // longer than any run
constexpr double whole = 1e-6;           // a message that lacks no more than this is whole

// Groups in a bundle. Each sum is made anew from what is the case, bundle by bundle and always in the same
// order: it does not drift, and a change of one group costs its bundle and a sum of bundles.
constexpr std::size_t bundle_size = 32;

// So many seconds after `at`, and not at it; never if that is beyond all time.
Time after(Time at, double s) {
  return s < 1e12 ? at + std::max(sim::from_seconds(s) + Duration{1}, Duration{1}) : sim::never;
}

bool later(const auto& a, const auto& b) { return a.end > b.end; }

bool asks(const OfferedLoad& load) {
  return load.properties.per_second > 0 || load.commands.per_second > 0 || load.on_connect.updates > 0;
}

}  // namespace

Ingress::Ingress(Settings settings)
    : settings_(std::move(settings)),
      flow_(settings_.limits.sends, settings_.shaping.burst, settings_.shaping.queue,
            settings_.shaping.expiry),
      properties_(settings_.limits.twin_updates, settings_.shaping),
      commands_(settings_.limits.methods, settings_.shaping),
      asks_(std::any_of(settings_.offered.begin(), settings_.offered.end(), asks)),
      groups_(settings_.offered.size()),
      bundles_((groups_.size() + bundle_size - 1) / bundle_size) {}

double Ingress::rate_of(std::size_t group) const {
  const Group& g = groups_[group];
  const OfferedLoad& load = settings_.offered[group];
  const double generated = g.sending ? static_cast<double>(g.connected) * load.per_second * g.factor : 0;
  return generated + static_cast<double>(g.flushing) * load.flush;
}

void Ingress::Sums::add(const Sums& o) {
  rate += o.rate;
  blocks += o.blocks;
  bytes += o.bytes;
  kept += o.kept;
  if (o.last != nobody) last = o.last;
}

Ingress::Sums Ingress::sends_of(std::size_t group) const {
  const OfferedLoad& load = settings_.offered[group];
  Sums sums;
  sums.rate = rate_of(group);
  sums.blocks = sums.rate * load.blocks;
  sums.bytes = sums.rate * load.bytes;
  sums.kept = static_cast<double>(groups_[group].flushing) * load.flush;
  if (sums.rate > 0) sums.last = group;
  return sums;
}

Ingress::Asked Ingress::asked_by(std::size_t group) const {
  const OfferedLoad& load = settings_.offered[group];
  const auto asked = [&](const RequestLoad& requests) -> Requests::Rate {
    const double count = static_cast<double>(groups_[group].connected) * requests.per_second;
    return {count, count * requests.amount, count * requests.blocks, count * requests.bytes};
  };
  return {asked(load.properties), asked(load.commands)};
}

void Ingress::sum_bundle(std::size_t bundle) {
  const std::size_t first = bundle * bundle_size, end = std::min(first + bundle_size, groups_.size());
  Sums sums;
  for (std::size_t g = first; g < end; ++g) sums.add(sends_of(g));
  bundles_[bundle].sums = sums;
  if (!asks_) return;
  Asked asked;
  for (std::size_t g = first; g < end; ++g) {
    const Asked of_group = asked_by(g);
    asked.properties += of_group.properties;
    asked.commands += of_group.commands;
  }
  bundles_[bundle].asked = asked;
}

void Ingress::touch(std::size_t group) { bundles_[group / bundle_size].changed = true; }

void Ingress::end_flushes(Time now) {
  for (; !flushes_.empty() && flushes_.front().end <= now; flushes_.pop_back()) {
    std::pop_heap(flushes_.begin(), flushes_.end(), later<Flush, Flush>);
    const Flush& ended = flushes_.back();
    const auto cut_off = cut_off_.find({ended.end, ended.group});
    if (cut_off != cut_off_.end())
      cut_off_.erase(cut_off);
    else
      --groups_[ended.group].flushing;
    touch(ended.group);
  }
}

// The rates of the groups have changed: so do the flow's, and the blocks of a message.
void Ingress::change(Time now) {
  Sums all;
  for (std::size_t b = 0; b < bundles_.size(); ++b) {
    if (std::exchange(bundles_[b].changed, false)) sum_bundle(b);
    all.add(bundles_[b].sums);
  }
  all_ = all;
  if (all.last != nobody) last_group_ = all.last;
  flow_.set_rate(now, all.rate, all.rate > 0 ? 1 - all.kept / all.rate : 1);
  if (all.rate > 0) {
    blocks_ = all.blocks / all.rate;
    bytes_ = all.bytes / all.rate;
  }
  if (!asks_) return;
  Asked asked;
  for (const Bundle& bundle : bundles_) {
    asked.properties += bundle.asked.properties;
    asked.commands += bundle.asked.commands;
  }
  properties_.set_rate(now, asked.properties);
  if (asked.properties.count > 0) property_bytes_each_ = asked.properties.bytes / asked.properties.count;
  commands_.set_rate(now, asked.commands);
}

void Ingress::meter(double blocks) {
  used_ += blocks;
  metered_ += blocks;
}

void Ingress::advance(Time now) {
  while (at_ < now) {
    const Time to = flushes_.empty() ? now : std::min(now, std::max(flushes_.front().end, at_));
    const double admitted = flow_.arrived() - flow_.overflowed();
    const Passed then = Passed::by(flow_);
    if (out_of_quota()) without_quota_ += to - at_;
    flow_.advance(to);
    sent_.hand_on(then, Passed::by(flow_), bytes_);
    meter((flow_.arrived() - flow_.overflowed() - admitted) * blocks_);
    if (asks_) {
      const Passed updates = properties_.passed();
      meter(properties_.advance(to) + commands_.advance(to));
      updated_.hand_on(updates, properties_.passed(), property_bytes_each_);
    }
    at_ = to;
    if (flushes_.empty() || flushes_.front().end > to) continue;
    end_flushes(to);
    change(to);
  }
}

Time Ingress::connect(Time now, std::size_t group, std::uint64_t devices, std::uint64_t kept) {
  advance(now);
  touch(group);
  groups_[group].connected += devices;
  const double lasts = std::min(static_cast<double>(kept) / settings_.offered[group].flush, longest_flush_s);
  const Time flushed = now + sim::from_seconds(lasts);
  for (std::uint64_t i = 0; kept > 0 && i < devices; ++i) {
    ++groups_[group].flushing;
    flushes_.push_back({flushed, group});
    std::push_heap(flushes_.begin(), flushes_.end(), later<Flush, Flush>);
  }
  change(now);
  return flushed;
}

std::uint64_t Ingress::disconnect(Time now, std::size_t group, Time flushed) {
  advance(now);
  touch(group);
  --groups_[group].connected;
  const bool flushing = flushed > now;
  if (flushing) {
    --groups_[group].flushing;
    cut_off_.emplace(flushed, group);
  }
  change(now);
  if (!flushing) return 0;
  return static_cast<std::uint64_t>(
      std::llround(sim::seconds(flushed - now) * settings_.offered[group].flush));
}

void Ingress::set_factor(Time now, std::size_t group, double factor) {
  advance(now);
  touch(group);
  groups_[group].factor = factor;
  change(now);
}

void Ingress::set_sending(Time now, std::size_t group, bool sending) {
  advance(now);
  touch(group);
  groups_[group].sending = sending;
  change(now);
}

void Ingress::lump(Time now, std::size_t group) {
  advance(now);
  const auto amount = static_cast<double>(groups_[group].connected);
  const double overflow = flow_.overflowed();
  const Passed then = Passed::by(flow_);
  flow_.add(now, amount);
  sent_.hand_on(then, Passed::by(flow_), settings_.offered[group].bytes);
  const double overflowed = flow_.overflowed() - overflow;
  meter((amount - overflowed) * settings_.offered[group].blocks);
  groups_[group].overflowed += overflowed;
  if (groups_[group].overflowed + whole >= 1) owing_.insert(group);
  if (amount > 0) last_group_ = group;
}

bool Ingress::meter_read(Time now, std::size_t group) {
  const double blocks = settings_.offered[group].on_connect.blocks;
  const bool seen = reads_.unseen < blocks;
  if (seen) advance(now);
  reads_.any = true;
  reads_.unseen -= blocks;
  meter(blocks);
  return seen;
}

void Ingress::update_twin(Time now, std::size_t group) {
  const ConnectLoad& load = settings_.offered[group].on_connect;
  advance(now);
  const Passed then = properties_.passed();
  meter(properties_.add(now, load.updates, 1) * load.blocks);
  updated_.hand_on(then, properties_.passed(), load.bytes);
}

void Ingress::set_limits(Time now, const Limits& limits) {
  advance(now);
  flow_.set_capacity(now, limits.sends);
  properties_.set_limit(now, limits.twin_updates);
  commands_.set_limit(now, limits.methods);
}

void Ingress::hold_sends(Time now, bool held) {
  advance(now);
  flow_.hold(now, held);
}

void Ingress::set_quota(Time now, double blocks) {
  advance(now);
  settings_.quota = blocks;
}

bool Ingress::out_of_quota() const { return used_ + whole >= settings_.quota; }

void Ingress::begin_day(Time now, double used) {
  advance(now);
  used_ = used;
}

bool Ingress::take_refusal() {
  if (flow_.overflowed() + flow_.expired() + whole < static_cast<double>(refusals_ + 1)) return false;
  ++refusals_;
  return true;
}

std::size_t Ingress::group_of_refused(double uniform) {
  if (!owing_.empty()) {
    const std::size_t group = *owing_.begin();
    groups_[group].overflowed -= 1;
    if (groups_[group].overflowed + whole < 1) owing_.erase(owing_.begin());
    return group;
  }
  if (all_.rate == 0) return last_group_;
  std::size_t g = 0;
  for (const Bundle& bundle : bundles_) {
    if (g + bundle_size >= groups_.size() || uniform < bundle.sums.rate / all_.rate) break;
    uniform -= bundle.sums.rate / all_.rate;
    g += bundle_size;
  }
  for (const std::size_t end = std::min(g + bundle_size, groups_.size()) - 1; g < end; ++g) {
    uniform -= rate_of(g) / all_.rate;
    if (uniform < 0) break;
  }
  return g;
}

// Reads may take a share of what is left before it is asked again, and they are looked at after what is
// left without that share would be used up: so the end is not missed, and is approached in few steps.
Time Ingress::quota_ends(double blocks_a_second) {
  constexpr double shortest_look_s = 1;
  const double share = reads_.any ? 0.125 : 0;
  const double left = settings_.quota - used_;
  reads_.unseen = left * share;
  if (blocks_a_second <= 0) return sim::never;
  const double lasts = left / blocks_a_second;
  if (lasts * (1 - share) > shortest_look_s) return after(at_, lasts * (1 - share));
  reads_.unseen = 0;
  return after(at_, std::max(lasts, shortest_s));
}

Time Ingress::next() {
  Time next = flow_.next_change();
  if (!flushes_.empty()) next = std::min(next, flushes_.front().end);
  if (const double refusing = flow_.refusing(); refusing > 0)
    next = std::min(
        next,
        after(at_, (static_cast<double>(refusals_ + 1) - flow_.overflowed() - flow_.expired()) / refusing));
  double blocks = flow_.admitting() * blocks_;
  if (asks_ && !out_of_quota()) {
    blocks += properties_.admitting() + commands_.admitting();
    next = std::min({next, properties_.next_change(), commands_.next_change()});
  }
  reads_.unseen = 0;
  if (!out_of_quota()) next = std::min(next, quota_ends(blocks));
  return std::max(next, at_ + Duration{1});
}

MessageCounters Ingress::counters() const {
  return {flow_.arrived(), flow_.waited() + flow_.backlog(), flow_.overflowed() + flow_.expired(), metered_,
          without_quota_};
}

double Ingress::waiting() const {
  double unsent = 0;
  for (const Flush& flush : flushes_)
    unsent += sim::seconds(flush.end - at_) * settings_.offered[flush.group].flush;
  for (const auto& [end, group] : cut_off_)
    unsent -= sim::seconds(end - at_) * settings_.offered[group].flush;
  return flow_.backlog() + unsent;
}

}  // namespace hub
