// What devices send to a hub: a flow through its throttle of device-to-cloud sends, metered against its daily
// quota, and beside it the twin updates and direct methods of the same devices. Who is connected decides the
// flows; messages are no events.
#pragma once
#include <cstdint>
#include <set>
#include <utility>
#include <vector>

#include "models/hub/quota.hpp"
#include "models/hub/requests.hpp"
#include "models/signals.hpp"
#include "sim/calendar.hpp"
#include "sim/flow.hpp"

namespace hub {

using sim::Duration;
using sim::Time;

// What a device of a group asks for, or is asked, besides messages.
struct RequestLoad {
  double per_second = 0;  // while it is connected; zero: nothing
  double amount = 1;      // of the limit of its kind, a request
  double blocks = 1;      // of the daily quota, a request
  double bytes = 0;       // of a request
  double plan = 1;        // messages of a plan, a request
};

// What a device of a group does to its twin each time that it has connected: updates; and what a read is to
// the daily quota.
struct ConnectLoad {
  double updates = 0;
  double blocks = 1;           // of the daily quota, a read or an update
  double bytes = 0;            // of an update
  double plan = 1;             // messages of a plan, an update
  double blocks_a_second = 0;  // of a device that does nothing but renew its token
};

// What a hub has taken, since construction.
struct Taken {
  double messages = 0, bytes = 0;
  Taken& operator+=(const Taken& o) {
    messages += o.messages;
    bytes += o.bytes;
    return *this;
  }
  Taken operator-(const Taken& o) const { return {messages - o.messages, bytes - o.bytes}; }
};

// What a device of a group sends.
struct OfferedLoad {
  double per_second = 0;   // at a constant load, while the group sends; zero where all send at one instant
  double blocks = 1;       // of the daily quota, a message
  double flush = 0;        // messages a second while it sends what it had to keep
  double bytes = 0;        // of a message
  double plan = 1;         // messages of a plan that it counts as
  RequestLoad properties;  // twin updates; the limit counts them
  RequestLoad commands;    // direct methods; the limit counts bytes
  ConnectLoad on_connect;
};

class Ingress {
 public:
  // A second.
  struct Limits {
    double sends = 0, twin_updates = 0, methods = 0;  // messages, updates, bytes
  };
  struct Settings {
    Limits limits;
    Shaping shaping;                   // of each of them
    double quota = 0;                  // blocks a day (UTC)
    std::vector<OfferedLoad> offered;  // by group
  };
  explicit Ingress(Settings settings);

  // So many devices more, each of which has `kept` messages to send first; returns when these are sent. The
  // flow owes `part` of a message beside these, or has sent as much too early: whole messages of that go with
  // somebody's.
  Time connect(Time now, std::size_t group, std::uint64_t devices, std::uint64_t kept, double part = 0);
  // One device less; what it kept would have been sent at `flushed`. Returns how many of them it has still.
  // The flow has sent `ahead` messages that the device has still.
  std::uint64_t disconnect(Time now, std::size_t group, Time flushed, double ahead = 0);
  // A message was refused that nobody has back: it is sent again with what others send.
  void owe_message() { owed_ += 1; }
  // From now on the group sends `factor` times its constant load.
  void set_factor(Time now, std::size_t group, double factor);
  // Whether the group sends at all at the moment; it does unless said otherwise.
  void set_sending(Time now, std::size_t group, bool sending);
  // Each connected device of the group sends a message at this instant.
  void lump(Time now, std::size_t group);
  bool has_lump_of(Time now, std::size_t group) const { return groups_[group].lump == now; }
  // A device of the group has read its twin, past a throttle of its own. Whether next() has to be asked
  // again: not while reads are few beside what is left of the quota.
  bool meter_read(Time now, std::size_t group);
  // A device of the group makes the updates that follow a connect; without daily quota they are refused.
  void update_twin(Time now, std::size_t group);
  // The hub takes nothing more: what waits is refused, messages as take_refusal() tells; unless they are
  // held.
  void refuse_waiting(Time now);
  void set_limits(Time now, const Limits& limits);
  void hold_sends(Time now, bool held);     // messages wait here as long as need be
  void set_quota(Time now, double blocks);  // of a day; what is used of it stays used
  // A new day begins; `used` blocks of it are gone already.
  void begin_day(Time now, double used = 0);

  void advance(Time now);
  // Since the last call: whether a message was refused for being too many or too late. Call until it is
  // false.
  bool take_refusal();
  // The group of a refused message: by what each sends now, `uniform` in (0, 1); where nobody sends, one that
  // did.
  std::size_t group_of_refused(double uniform);
  const OfferedLoad& offered(std::size_t group) const { return settings_.offered[group]; }
  const Quota& quota() const { return quota_; }
  // The first instant at which something happens by itself: a refusal, the end of the quota, a change of
  // rate; before that, when reads could have brought the end of the quota nearer.
  Time next();

  MessageCounters counters() const;
  const RequestCounters& properties() const { return properties_.counters(); }
  const RequestCounters& commands() const { return commands_.counters(); }
  // Messages that are to be sent still: devices have kept them, or the hub has refused them and not told
  // anybody yet, or nobody has them back.
  double unsent() const;
  // Parts of messages that devices have sent and the flow has not; below zero, if it has sent them too early.
  double owed() const { return owed_ - nobodys(); }
  // Messages that went on to whoever reads the hub; and twin updates.
  Taken messages_taken() const { return {flow_.served(), sent_.taken().bytes}; }
  Taken properties_taken() const { return {properties_.served(), properties_.taken().bytes}; }
  const sim::Flow& flow() const { return flow_; }  // of messages, through their throttle
  void forget_delays() { flow_.forget_delays(); }

 private:
  // What one device has kept, which it sends on top of what it generates.
  struct Flush {
    Time end;
    std::size_t group;
  };
  struct Group {
    std::uint64_t connected = 0, flushing = 0;
    double factor = 1;
    bool sending = true;
    double overflowed = 0;    // of lumps, not told yet
    Time lump = Time::min();  // the last one
  };
  static constexpr std::size_t nobody = SIZE_MAX;  // instead of a group
  // What groups send together.
  struct Sums {
    double rate = 0;            // messages a second
    Content content;            // of these
    double kept = 0;            // messages of the rate that were kept
    std::size_t last = nobody;  // of the groups that send
    void add(const Sums& o);
  };
  // What they ask for, and are asked: twin updates, direct methods.
  struct Asked {
    Requests::Rate properties, commands;
  };
  // Groups that follow each other, and what was summed of them before one of them changed.
  struct Bundle {
    Sums sums;
    Asked asked;  // zero where nobody asks for any
    bool changed = false;
  };
  void end_flushes(Time now);
  double rate_of(std::size_t group) const;
  Sums sends_of(std::size_t group) const;
  Asked asked_by(std::size_t group) const;
  void sum_bundle(std::size_t bundle);
  void touch(std::size_t group);
  void take(Time now, std::size_t group, double amount);
  double untold() const { return flow_.overflowed() + flow_.expired() - told_; }  // refused
  double nobodys() const { return std::max(std::floor(owed_), 0.0); }
  void change(Time now);

  Settings settings_;
  sim::Flow flow_;
  Requests properties_, commands_;
  bool asks_;  // whether any group has properties or commands, or updates its twin
  std::vector<Group> groups_;
  std::vector<Bundle> bundles_;
  Sums all_;                     // as of the latest change
  std::set<std::size_t> owing_;  // groups of whose lumps a whole message overflowed and is not told yet
  std::vector<Flush> flushes_;   // a heap, the first end first
  std::multiset<std::pair<Time, std::size_t>> cut_off_;  // kept messages whose sender has gone: end, group
  Quota quota_;
  std::size_t last_group_ = 0;
  Content each_{0, 1, 1};  // of a message, as they come now
  Contents sent_;
  double owed_ = 0;  // messages, parts of which connects and disconnects leave over
  double told_ = 0;  // messages refused of which somebody was told
  Time at_{};
};

}  // namespace hub
