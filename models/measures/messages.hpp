// The message accounts of every device: what it generated, what reached a hub, what its buffer had to drop.
// Exact, from each device's own message clock. Listens only.
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <unordered_map>
#include <vector>

#include "models/device/sequences.hpp"
#include "models/measures/measure.hpp"
#include "models/signals.hpp"
#include "sim/huge_pages.hpp"
#include "sim/quantiles.hpp"

namespace measures {

using device::MessageClock;

struct Subject;

class Messages final : public signals::Listener, public Measure {
 public:
  // What hubs know of messages, as flows, since the start of the run: those that were let through, those that
  // wait in a throttle, those that devices have still, and what the flows owe of those that were sent, mostly
  // parts of messages.
  struct Flows {
    double served = 0, waiting = 0, unsent = 0, owed = 0;
    double all() const { return served + waiting + unsent + owed; }
  };
  struct Setup {
    std::size_t devices = 0;
    std::function<MessageClock(Device)> clock;
    std::function<std::uint32_t(Device)> buffer;  // messages a device keeps while it is not connected
    std::function<double(Device)> flush;          // messages a second while it sends what it kept
    std::function<Flows(Time)> flows;
    std::function<bool(Device)> stored{};  // whether it still has what it kept when its program starts again
    // By how much of a message the flow is, or was, ahead of what the device counts as sent up to then; the
    // flag: that is the present instant, and it is sending. -1: its message of this instant is yet to be
    // sent.
    std::function<double(Device, const MessageClock&, Time, bool)> ahead{};
  };
  explicit Messages(Setup setup);

  void offline(Device, Time at, HubId hub, CauseId fault, bool planned) override;
  void online(Device, Time at, Time since, HubId hub) override;
  void sends(Device, Time at) override;
  void holds(Device, Time at) override;
  void joined(Device, Time at) override;
  void left(Device, Time at, HubId hub) override;
  void stopped(Device, Time at, CauseId fault, Time plan, HubId hub) override;
  void started(Device, Time at) override;

  // The end of the warm-up: what is waiting then is carried in, what came before is left out.
  void begin_counting(Time warmup) override;
  void finish(Time end) override;
  void report(Report& report) const override;
  // generated + carried in = delivered + lost + buffered + in flight.
  bool balanced() const {
    return account_.generated + carried_in_ ==
           account_.delivered + account_.lost + account_.buffered + in_flight_;
  }
  // Messages that have been sent and have not come back, since the start: as devices count them, each by its
  // own clock, with the parts of messages by which a flow differs; and as the flows of the hubs have them.
  struct Deliveries {
    double by_devices = 0, by_flows = 0;
  };
  const Deliveries& deliveries() const { return deliveries_; }
  // Of messages that were kept: from their generation to their being sent, microseconds, after the warm-up.
  const sim::Quantiles& kept_delays() const { return kept_delays_; }
  // Device-time without a connection, and device-time of all that have joined, in microseconds, after the
  // warm-up.
  sim::WideInt offline_time() const { return offline_time_; }
  sim::WideInt wanted_time() const { return wanted_time_; }

 private:
  struct Account {
    std::int64_t generated = 0, delivered = 0, lost = 0, buffered = 0;
    double ahead = 0;  // of it the flows, in parts of messages
  };
  // Of what devices have sent: what waits in throttles, and what devices have still.
  struct Away {
    std::int64_t waiting = 0, unsent = 0;
    std::int64_t all() const { return waiting + unsent; }
  };
  void count_presence(Device d, Time until);
  Account count_all(Time t) const;  // as it would stand if the run ended at t
  std::int64_t sent_by(Device d, Time t) const;
  Away away(std::int64_t sent, const Flows& hubs) const;
  void begin_anew(Device d, Time since);
  // As an established device at the start, or as it joined.
  Time began(Device d) const { return joined_.empty() ? Time{} : joined_[d]; }
  bool is_due(Device d, const MessageClock& clock, Time now) const;
  double ahead(Device d, const MessageClock& clock, Time now) const;
  std::int64_t add_offline(Account& account, Device d, Time from, Time to, bool ended) const;
  Time running_until(Device d, Time t) const;
  void time_kept(Device d, Time from, Time at);
  void time_run_of(Device d, Time at, std::int64_t first, std::int64_t n, std::int64_t sent_before,
                   std::int64_t late);

  Setup setup_;
  // While its program does not run a device generates nothing: its clock goes on, and what it kept counts as
  // the latest before it started. `late`: by how many messages too late those are up to number `newest`.
  struct Redated {
    std::int64_t newest, late;
  };
  struct Pauses {
    std::unordered_map<Device, Time> since;                    // who is off; never iterated
    std::unordered_map<Device, std::vector<Redated>> shifted;  // what they kept in flash; never iterated
    std::int64_t not_generated = 0;                            // by the clocks of those that run again
  } pauses_;
  sim::HugeVector<Time> since_;  // of each device: since when the hub takes its messages, or does not
  sim::HugeVector<Time> offline_since_;
  sim::HugeVector<std::int64_t>
      sent_;                  // by each device: messages, as of the last change, that it has not back
  std::vector<Time> joined_;  // empty while all have joined at the start
  std::vector<bool> sending_;
  Account closed_;   // connections and gaps that have ended, and all of who has left
  Account account_;  // the final one
  Account at_warmup_;
  Deliveries deliveries_;
  std::int64_t carried_in_ = 0, in_flight_ = 0, away_at_warmup_ = 0;
  sim::HugeVector<std::int64_t>
      least_sent_;               // by each device, since the end of the warm-up; empty until then
  std::int64_t taken_back_ = 0;  // messages that had been sent when the warm-up ended
  sim::Quantiles kept_delays_;
  Time warmup_{};
  sim::WideInt offline_time_ = 0, wanted_time_ = 0;
};

std::unique_ptr<Messages> make_messages(const Subject& subject);

}  // namespace measures
