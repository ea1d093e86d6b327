#include "models/hub/ingress.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "models/hub/flows.hpp"

namespace hub {

namespace {

constexpr double longest_flush_s = 8e12;  // as far as time goes
constexpr double most_beside = 0.49;  // of a message beside those kept, which are the nearest whole number

// Groups in a bundle. Each sum is made anew from what is the case, bundle by bundle and always in the same
// order: it does not drift, and a change of one group costs its bundle and a sum of bundles.
constexpr std::size_t bundle_size = 32;

bool later(const auto& a, const auto& b) { return a.end > b.end; }

Content content_of(const auto& load) { return {load.bytes, load.blocks, load.plan}; }

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
      bundles_((groups_.size() + bundle_size - 1) / bundle_size),
      quota_(settings_.quota) {}

double Ingress::rate_of(std::size_t group) const {
  const Group& g = groups_[group];
  const OfferedLoad& load = settings_.offered[group];
  const double generated = g.sending ? static_cast<double>(g.connected) * load.per_second * g.factor : 0;
  return generated + static_cast<double>(g.flushing) * load.flush;
}

void Ingress::Sums::add(const Sums& o) {
  rate += o.rate;
  content += o.content;
  kept += o.kept;
  if (o.last != nobody) last = o.last;
}

Ingress::Sums Ingress::sends_of(std::size_t group) const {
  const OfferedLoad& load = settings_.offered[group];
  Sums sums;
  sums.rate = rate_of(group);
  sums.content = content_of(load) * sums.rate;
  sums.kept = static_cast<double>(groups_[group].flushing) * load.flush;
  if (sums.rate > 0) sums.last = group;
  return sums;
}

Ingress::Asked Ingress::asked_by(std::size_t group) const {
  const OfferedLoad& load = settings_.offered[group];
  const auto asked = [&](const RequestLoad& requests) -> Requests::Rate {
    const double count = static_cast<double>(groups_[group].connected) * requests.per_second;
    return {count, count * requests.amount, content_of(requests) * count};
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

// The rates of the groups have changed: so do the flow's, and what a message contains.
void Ingress::change(Time now) {
  Sums all;
  for (std::size_t b = 0; b < bundles_.size(); ++b) {
    if (std::exchange(bundles_[b].changed, false)) sum_bundle(b);
    all.add(bundles_[b].sums);
  }
  all_ = all;
  if (all.last != nobody) last_group_ = all.last;
  flow_.set_rate(now, all.rate, all.rate > 0 ? 1 - all.kept / all.rate : 1);
  if (all.rate > 0) each_ = all.content * (1 / all.rate);
  if (!asks_) return;
  Asked asked;
  for (const Bundle& bundle : bundles_) {
    asked.properties += bundle.asked.properties;
    asked.commands += bundle.asked.commands;
  }
  properties_.set_rate(now, asked.properties);
  commands_.set_rate(now, asked.commands);
}

void Ingress::advance(Time now) {
  while (at_ < now) {
    const Time to = flushes_.empty() ? now : std::min(now, std::max(flushes_.front().end, at_));
    const Passed then = Passed::by(flow_);
    quota_.pass(to - at_);
    flow_.advance(to);
    quota_.meter(sent_.hand_on(then, Passed::by(flow_), each_));
    if (asks_) {
      quota_.meter(properties_.advance(to));
      quota_.meter(commands_.advance(to));
    }
    at_ = to;
    if (flushes_.empty() || flushes_.front().end > to) continue;
    end_flushes(to);
    change(to);
  }
}

Time Ingress::connect(Time now, std::size_t group, std::uint64_t devices, std::uint64_t kept, double part) {
  advance(now);
  touch(group);
  groups_[group].connected += devices;
  owed_ += part;
  Time flushed = now;
  if (kept > 0) {
    const auto own = static_cast<double>(kept), each = owed_ / static_cast<double>(devices);
    const double amount = std::clamp(own + each, 0.0, own + most_beside);
    const double flush = settings_.offered[group].flush, lasts = std::min(amount / flush, longest_flush_s);
    flushed += sim::from_seconds(lasts);
    const double sent = lasts < longest_flush_s ? sim::seconds(flushed - now) * flush : amount;
    owed_ += (own - sent) * static_cast<double>(devices);
  }
  for (std::uint64_t i = 0; flushed > now && i < devices; ++i) {
    ++groups_[group].flushing;
    flushes_.push_back({flushed, group});
    std::push_heap(flushes_.begin(), flushes_.end(), later<Flush, Flush>);
  }
  if (owed_ + whole_part >= 1) {
    const double due = std::floor(owed_ + whole_part);
    owed_ -= due;
    take(now, group, due);
  }
  change(now);
  return flushed;
}

std::uint64_t Ingress::disconnect(Time now, std::size_t group, Time flushed, double ahead) {
  advance(now);
  touch(group);
  --groups_[group].connected;
  owed_ -= ahead;
  const bool flushing = flushed > now;
  if (flushing) {
    --groups_[group].flushing;
    cut_off_.emplace(flushed, group);
  }
  change(now);
  if (!flushing) return 0;
  const double unsent = sim::seconds(flushed - now) * settings_.offered[group].flush;
  owed_ += unsent - std::round(unsent);
  return static_cast<std::uint64_t>(std::llround(unsent));
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
  groups_[group].lump = now;
  take(now, group, static_cast<double>(groups_[group].connected));
}

// So many messages of the group at once: of those that pass at once no more than there is quota for.
void Ingress::take(Time now, std::size_t group, double amount) {
  const double overflow = flow_.overflowed();
  const Passed then = Passed::by(flow_);
  const Content each = content_of(settings_.offered[group]);
  const double left = std::max(quota_.left(), 0.0) / each.blocks;
  const bool ends = std::min(amount, flow_.credit()) > left;
  flow_.add(now, ends ? left : amount);
  if (ends) flow_.refuse(now, amount - left);
  quota_.meter(sent_.hand_on(then, Passed::by(flow_), each));
  groups_[group].overflowed += flow_.overflowed() - overflow;
  if (groups_[group].overflowed + whole_part >= 1) owing_.insert(group);
  if (amount > 0) last_group_ = group;
}

bool Ingress::meter_read(Time now, std::size_t group) {
  const double blocks = settings_.offered[group].on_connect.blocks;
  const bool seen = quota_.is_unforeseen(blocks);
  if (seen) advance(now);
  quota_.read(blocks);
  return seen;
}

void Ingress::update_twin(Time now, std::size_t group) {
  const ConnectLoad& load = settings_.offered[group].on_connect;
  advance(now);
  if (quota_.used_up()) return properties_.refuse(load.updates);
  quota_.meter(properties_.add(now, load.updates, 1, content_of(load)));
}

void Ingress::refuse_waiting(Time now) {
  advance(now);
  if (!flow_.held()) {
    const Passed then = Passed::by(flow_);
    flow_.expire_all(now);
    sent_.hand_on(then, Passed::by(flow_), each_);
  }
  if (!asks_) return;
  properties_.refuse_waiting(now);
  commands_.refuse_waiting(now);
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
  quota_.set(blocks);
}

void Ingress::begin_day(Time now, double used) {
  advance(now);
  quota_.begin_day(used);
}

// The larger part of a message is as good as a whole one where no more of it will be refused: the rest has
// been let through, and is owed the less.
bool Ingress::take_refusal() {
  const double refused = untold();
  if (refused + whole_part < 1) {
    if (refused < 0.5 || flow_.refusing() > 0) return false;
    owed_ -= 1 - refused;
  }
  told_ += std::min(refused, 1.0);
  return true;
}

std::size_t Ingress::group_of_refused(double uniform) {
  if (!owing_.empty()) {
    const std::size_t group = *owing_.begin();
    groups_[group].overflowed -= 1;
    if (groups_[group].overflowed + whole_part < 1) owing_.erase(owing_.begin());
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

Time Ingress::next() {
  Time next = flow_.next_change();
  if (!flushes_.empty()) next = std::min(next, flushes_.front().end);
  if (const double refusing = flow_.refusing(); refusing > 0)
    next = std::min(next, after(at_, (1 - untold()) / refusing));
  double blocks = serving_blocks(flow_, sent_, each_.blocks);
  if (asks_ && !quota_.used_up()) {
    blocks += properties_.serving() + commands_.serving();
    next = std::min({next, properties_.next_change(), commands_.next_change()});
  }
  next = std::min(next, quota_.ends(at_, blocks));
  return std::max(next, at_ + Duration{1});
}

MessageCounters Ingress::counters() const {
  return {flow_.arrived(), flow_.waited() + flow_.backlog(), flow_.overflowed() + flow_.expired(),
          quota_.metered().blocks, quota_.without()};
}

double Ingress::unsent() const {
  double unsent = untold() + nobodys();
  for (const Flush& flush : flushes_)
    unsent += sim::seconds(flush.end - at_) * settings_.offered[flush.group].flush;
  for (const auto& [end, group] : cut_off_)
    unsent -= sim::seconds(end - at_) * settings_.offered[group].flush;
  return unsent;
}

}  // namespace hub
