// One IoT hub: who may connect, how fast, and what its state lets a device see.
#pragma once
#include <cstdint>
#include <limits>
#include <vector>

#include "models/hub/counters.hpp"
#include "models/hub/ingress.hpp"
#include "models/hub/per_second.hpp"
#include "models/hub/settings.hpp"
#include "models/signals.hpp"
#include "sim/calendar.hpp"
#include "sim/moment.hpp"
#include "sim/random.hpp"

namespace hub {

using ids::CauseId;
using ids::GroupId;
using ids::HubId;
using signals::Device;
using sim::Time;

// How a service entity asks to be woken; implemented by the carriers.
struct Wakes {
  virtual ~Wakes() = default;
  virtual void set(sim::Entity e, Time t) = 0;
};

// What a hub's registry says of a device. Who has been moved away is disabled until it is assigned a hub.
enum class Identity : std::uint8_t { enabled, disabled, absent };

// Whom a hub tells what happens to a connection or a request that it holds; implemented by the devices. A
// CONNECT that waits is known by its deadline: a device that has lost power and is back may send another.
struct Peer {
  virtual ~Peer() = default;
  virtual void accepted(Device, Time deadline, Time now) = 0;   // its waiting CONNECT was accepted
  virtual void dropped(Device, Time deadline, Time now) = 0;    // it expired: closed without CONNACK
  virtual void reset(Device, Time deadline, Time now) = 0;      // it was cut off by a TCP reset
  virtual void swallowed(Device, Time deadline, Time now) = 0;  // the hub does not answer it any more
  // Its identity was deleted, since it was assigned another hub: its connection here, if any, is closed.
  virtual void removed(Device, HubId hub, Time now) = 0;
  // Its identity was disabled by the action `cause`, so that it asks DPS again.
  virtual void disabled(Device, HubId hub, CauseId cause, Time now) = 0;
  // What the hub answers is about to change, and has changed.
  virtual void before_hub_change(HubId hub, Time now) = 0;
  virtual void after_hub_change(HubId hub, Time now) = 0;
  // A message of some device of the group that is connected here was refused, which closes its connection.
  virtual void message_refused(HubId hub, GroupId group, Time now) = 0;
  // The read of its twin that it asked for at `asked` was answered, or refused. Returns the device's group.
  virtual GroupId twin_answered(Device, Time asked, Time now, bool served) = 0;
  // The daily quota is used up: from now on each publish closes its connection; or there is some again.
  virtual void quota_changed(HubId hub, bool used_up, Time now) = 0;
};

// Whom a hub tells about identity writes that waited; implemented by DPS.
struct Writer {
  virtual ~Writer() = default;
  virtual void written(std::uint32_t operation, Time now) = 0;
  virtual void throttled(std::uint32_t operation, Time now) = 0;  // 429003: it waited too long
};

// What a CONNECT gets at once.
enum class Answer : std::uint8_t { accepted, queued, refused, silence, unavailable, unauthorized, dropped };
// What an identity write gets at once.
enum class Write : std::uint8_t { done, queued, throttled, no_answer };

class Hub {
 public:
  // Its entities: connects, registry, ingress and twin reads, in this order.
  static constexpr sim::Entity entities = 4;
  Hub(HubId id, const Settings& settings, const EditionLimits& limits, std::vector<OfferedLoad> offered,
      const sim::Moment& moment, const sim::Streams& streams, sim::Entity first_entity);
  void attach(Wakes& wakes, Peer& peer, Writer& writer);

  // Doors. A TCP SYN: refused, silence, or accepted meaning that the CONNECT may follow.
  Answer syn(Time now) const;
  // A CONNECT from a device whose client waits until `deadline` (as seen here).
  Answer connect(Time now, Device device, Time deadline, Identity identity);
  // The CONNECT of a device that waits here until `deadline` is reset on its way, which both sides hear.
  void abandon(Device device, Time deadline) { connects_.abandon(device, deadline); }
  // The hub goes on elsewhere, and its host is gone with all that waited there, of which nobody hears.
  void leave_host(Time now);
  // One identity registry operation for DPS.
  Write write(Time now, std::uint32_t operation);
  // Deletes the identity of a device that has moved. Nobody waits for the registry operations that this takes
  // (reading the twin, deleting); they throttle what follows.
  void remove(Time now, Device device, double operations);
  // Deletes what could not be deleted while it did not serve, for no more than the credit that is there.
  void remove_overdue(Time now, const std::vector<Device>& devices);

  // Whether its edition has device twins.
  bool has_twins() const { return limits_.twin_reads.at(settings_.units) > 0; }
  // A connected device of the group reads its twin: served or refused at once, or queued. Without daily quota
  // it is refused; a read that is served is metered, whether or not somebody still hears the answer.
  sim::Admission read_twin(Time now, Device device, GroupId group);
  // What it updates in its twin after a connect; nobody waits for it.
  void update_twin(Time now, GroupId group);

  // What its devices send: who joins in or stops, how fast they are, when a day begins.
  // As Ingress::connect() and disconnect().
  Time start_sending(Time now, GroupId group, std::uint64_t devices, std::uint64_t kept, double part = 0);
  std::uint64_t stop_sending(Time now, GroupId group, Time flushed, double ahead);
  void owe_message() { ingress_.owe_message(); }
  void set_pace(Time now, GroupId group, double factor);
  void set_sending(Time now, GroupId group, bool sending);
  void take_lump(Time now, GroupId group);
  void begin_day(Time now, double used = 0);
  // From now on it takes so many sends a second at most, whatever its own limit.
  void bound_sends(Time now, double sends);
  // Messages wait for its throttle as long as this holds; none are refused.
  void hold_sends(Time now, bool held);
  bool out_of_quota() const { return quota_used_up_; }

  // Wake-ups of the service entities; they return the next one.
  Time serve_connects(Time now);
  Time serve_registry(Time now);
  Time serve_ingress(Time now);
  Time serve_twin_reads(Time now);

  // Identities that are disabled, one registry operation each: no more than the credit that is there, which
  // can_disable() says.
  std::size_t can_disable(Time now);
  void disable(Time now, const std::vector<Device>& devices, CauseId cause);
  // So many identities are enabled again, within the same credit.
  void enable(Time now, std::size_t identities);

  // Another edition or other units, for what waits as well.
  void resize(Time now, Edition edition, const EditionLimits& limits, std::uint32_t units);
  // Whether it is there at all: its name leads nowhere before it is made and after it is deleted.
  void set_exists(bool exists) { exists_ = exists; }
  void begin_absent() {  // before the run
    exists_ = false;
    mode_ = Mode::refuse;
  }
  bool exists() const { return exists_; }
  void set_region(const std::string& region) { settings_.region = region; }
  // Messages that it takes in this time, as they come now.
  double unread(Time now, sim::Duration time) {
    ingress_.advance(now);
    return ingress_.flow().admitting() * sim::seconds(time);
  }
  // Changes the state; `fault` is the one that decides it. Where nothing is answered, or all is
  // refused, the queues are emptied.
  void set_mode(Time now, Mode mode, double capacity, CauseId fault);
  Mode mode() const { return mode_; }
  CauseId fault() const { return fault_; }
  bool serves() const { return hub::serves(mode_); }
  // Count attempts whose outcome was certain, at the second they would have arrived.
  void count_refused(std::uint64_t attempts) { counters_.refused += attempts; }
  void count_connect(Time at);

  HubId id() const { return id_; }
  const Settings& settings() const { return settings_; }
  const Counters& counters() const { return counters_; }
  // CONNECTs that arrived in each whole second of the run.
  const PerSecond& connects_by_second() const { return by_second_; }
  std::size_t waiting() const { return connects_.waiting(); }  // CONNECTs in its queue
  std::size_t most_waiting() const { return most_waiting_; }   // at one time
  const Ingress& ingress() const { return ingress_; }
  RequestCounters twin_reads() const;  // delayed: those that wait among them
  void advance_ingress(Time t) { ingress_.advance(t); }
  void forget_delays() { ingress_.forget_delays(); }
  // Conservation and Little's law of the queues.
  bool balanced(Time now) const {
    return connects_.balanced(now) && registry_.balanced(now) && twin_reads_.balanced(now);
  }

 private:
  void meter_read(Time now, GroupId group);
  void reconsider(Time now);
  void apply_limits(Time now);
  void limit_sending(Time now);
  HubId id_;
  Settings settings_;
  EditionLimits limits_;
  const sim::Moment& moment_;
  const sim::Streams& streams_;
  sim::Entity connect_service_, registry_service_, ingress_service_, read_service_;
  Wakes* wakes_ = nullptr;
  Peer* peer_ = nullptr;
  Writer* writer_ = nullptr;
  Mode mode_ = Mode::up;
  bool exists_ = true;
  CauseId fault_;
  double share_ = 1;  // of its limits that a fault leaves
  double sends_bound_ = std::numeric_limits<double>::infinity();
  sim::Shaper connects_, registry_, twin_reads_;
  Ingress ingress_;
  bool quota_used_up_ = false;
  std::uint32_t refusals_ = 0;  // of messages
  Counters counters_;
  RequestCounters read_counters_;
  std::size_t most_waiting_ = 0;
  PerSecond by_second_;
};

using Hubs = ids::PerId<HubId, Hub*>;

}  // namespace hub
