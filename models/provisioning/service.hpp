// The Device Provisioning Service: registrations, status polls, and the identity writes between them.
#pragma once
#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <unordered_map>
#include <variant>
#include <vector>

#include "models/hub/hub.hpp"
#include "models/provisioning/access.hpp"
#include "models/provisioning/allocation.hpp"
#include "models/provisioning/counters.hpp"
#include "models/provisioning/settings.hpp"
#include "models/signals.hpp"
#include "sim/huge_pages.hpp"
#include "sim/prefetch.hpp"

namespace provisioning {

using ids::CauseId;
using signals::Device;
using sim::Duration;
using sim::Time;

// Who a device is to DPS.
struct Registrant {
  std::uint64_t key = 0;                                 // hash of the registration ID
  std::size_t enrollment = 0;                            // index of its enrollment group
  const ids::PerId<HubId, Duration>* latency = nullptr;  // to each hub, for lowest latency
  bool edge = false;                                     // never moves to another hub
  Approval approval;
};

// Looks a registrant up, and hears when the registry of the target hub holds a device's operation up.
struct Registrants {
  virtual ~Registrants() = default;
  virtual Registrant registrant(Device) const = 0;
  virtual void operation_held(Device, Time now, bool held) = 0;
  // The hub that had disabled its identity is about to delete or enable it, and has done so.
  virtual void before_assignment(Device, Time now) = 0;
  virtual void after_assignment(Device, Time now) = 0;
};

struct RegisterAnswer {
  bool throttled = false;       // 429
  std::uint32_t operation = 0;  // 202
  Duration retry_after{0};
  bool unauthorized = false;  // 401: blocked, or waiting for approval
};

struct PollAnswer {
  enum class Status : std::uint8_t { throttled, assigning, assigned, failed };
  Status status = Status::assigning;
  HubId hub;
  Duration retry_after{0};
  bool held = false;  // assigning, and the target hub's registry holds the identity write up
};

// The limit on one kind of request: a token bucket, or a fixed window as the alternative of assumption A-8.
class RequestLimit {
 public:
  RequestLimit(LimiterKind kind, double per_minute, Duration burst);
  bool take(Time now);
  void set(Time now, double per_minute);

 private:
  double burst_s_;
  std::variant<sim::TokenBucket, sim::WindowQuota> limit_;
};

// What a fault leaves of the service.
struct Condition {
  hub::Mode mode = hub::Mode::up;
  CauseId fault;
  double registrations = 0, polls = 0;                      // admitted a minute
  double neighbour_registrations = 0, neighbour_polls = 0;  // asked for by other tenants a minute
};

class Service final : public hub::Writer {
 public:
  Service(const Settings& settings, hub::Hubs hubs, std::size_t devices, const sim::Streams& streams,
          const sim::Moment& moment, const signals::Board& board, sim::Entity entity);
  void attach(hub::Wakes& wakes, Registrants& registrants);

  // Doors. `previous`: an operation of the same device that it will not ask about any more, or none.
  static constexpr std::uint32_t none = UINT32_MAX;
  RegisterAnswer enrol(Time now, Device device, std::uint32_t previous);
  PollAnswer poll(Time now, std::uint32_t operation);  // a final status ends the operation
  void forget(std::uint32_t operation);                // the device will not ask about it any more
  // It has left for good, and asks about nothing any more: its record and its identity are deleted.
  void remove(Time now, Device device);

  // Its state, and its limits, from now on. Refusing or silent it forgets the operations under way,
  // frozen it goes on with them later.
  void set_condition(Time now, const Condition& condition);
  hub::Mode mode() const { return condition_.mode; }
  CauseId fault() const { return condition_.fault; }
  bool serves() const { return hub::serves(condition_.mode); }
  void count_refused() { ++counters_.refused; }  // a request that its state refused or left unanswered

  // Wake-up of the service: identity writes that are due. Returns the next.
  Time serve(Time now);

  // An established fleet: assigns without any request, before time zero.
  HubId place(Device device);
  // The hub that the DPS record names, none before the first assignment.
  HubId record(Device device) const { return record_[device].hub(); }
  hub::Identity identity(Device device, HubId hub) const {
    const Record record = record_[device];
    if (record.hub() != hub) return hub::Identity::absent;
    return record.moved() || access_.disabled(device) ? hub::Identity::disabled : hub::Identity::enabled;
  }
  // What it knew of the device is lost: it registers as a new one.
  void forget_record(Time now, Device device);
  // The registry and the twins of this hub, which is lost, have been restored elsewhere.
  void set_restored(HubId hub) { restored_[hub] = true; }
  // Marks the identity on the recorded hub as disabled: until it is unblocked, or is assigned a hub.
  void disable(Device device) {
    if (access_.blocked(device))
      access_.set_disabled(device, true);
    else
      record_[device] = Record(record(device), true);
  }
  const AccessStates& access() const { return access_; }
  AccessStates& access() { return access_; }
  // Another hub than its own that allocation may give it, none if there is none.
  HubId other_hub(Device device) const;
  void readmit(Time now, Device device);  // its hub is told that it is not blocked any more
  void restore(Time now, Device device);  // its identity is enabled where it was disabled to move it
  bool has_left(Device device) const { return !left_.empty() && left_[device]; }
  bool by_load(Device device) const;  // its policy looks at the load of the hubs
  bool may_move(Device device) const;
  // Whether allocation would move the device from the hub it has to this one if it asked now; under a policy
  // that looks at the load whether it could. Never where devices take turns.
  bool would_move_to(Device device, HubId hub);
  // Whether an enrollment group could not allocate without this hub.
  bool only_choice(HubId hub) const;
  std::uint64_t key(Device device) const { return registrants_->registrant(device).key; }
  std::size_t devices() const { return record_.size(); }
  void fetch(Device device) const { sim::prefetch(&record_[device]); }  // its record, asked for soon
  void set_allocatable(Time now, HubId hub, bool allocatable);  // the "apply allocation policy" switch
  bool allocatable(HubId hub) const { return allocatable_[hub]; }
  std::uint64_t provisioned(HubId hub) const { return provisioned_[hub]; }
  void hub_returned(Time now,
                    HubId hub);  // identities that could not be deleted while it was away are deleted now
  const Counters& counters() const { return counters_; }
  bool balanced() const;

  void written(std::uint32_t operation, Time now) override;
  void throttled(std::uint32_t operation, Time now) override;

 private:
  enum class Stage : std::uint8_t { processing, queued, assigned, failed };
  struct Operation {
    Device device = 0;
    HubId target;
    Time first_write = sim::never;
    Stage stage = Stage::processing;
    bool held = false;
    bool asked_for = true;
    bool in_use = false;
    bool lost = false;  // queued at a hub, and forgotten by the service
    HubId silent;       // the hub that did not answer its latest write; none, if it did
  };
  struct Due {
    Time at;
    std::uint64_t rank;
    std::uint32_t operation;
    bool operator>(const Due& o) const { return at != o.at ? at > o.at : rank > o.rank; }
  };

  Allocation policy(const Registrant& who) const;
  bool by_load(const Registrant& who) const;
  bool may_move(Device device, const Registrant& who) const;
  HubId choose(Device device, const Registrant& who, bool count_turn);
  HubId choose_among(std::vector<Candidate>& candidates, Device device, const Registrant& who,
                     bool count_turn);
  HubId choose_another(std::uint32_t id, const Registrant& who);
  void refresh_candidates(std::size_t enrollment);
  void write(std::uint32_t id, Time now);
  void note_answer(Operation& operation, Time now, HubId silent, bool stays);
  void retry(std::uint32_t id, Time now);
  void complete(std::uint32_t id, Time now);
  void fail(std::uint32_t id, Time now);
  void leave_old_hub(Time now, HubId old_hub, Device device);
  HubId given(Device device, const Registrant& who);
  bool pinned_elsewhere(Device device, HubId hub) const;
  void reserve(Operation& operation, HubId target);
  void hold(Operation& operation, Time now, bool held);
  void schedule(std::uint32_t id, Time at);
  void release(std::uint32_t id);
  // Whether it goes on with what it has taken on, whatever it says to who is new.
  bool works() const { return condition_.mode != hub::Mode::refuse && condition_.mode != hub::Mode::silent; }
  void fail_all(Time now);
  void serve_neighbours(Time now);
  Time next_wake() const;

  Settings settings_;
  hub::Hubs hubs_;
  const sim::Streams& streams_;
  const sim::Moment& moment_;
  const signals::Board& board_;
  sim::Entity entity_;
  hub::Wakes* wakes_ = nullptr;
  Registrants* registrants_ = nullptr;
  RequestLimit registration_limit_, poll_limit_;
  Condition condition_;
  // Other tenants' requests of a kind: one in each slot, somewhere in it.
  struct Neighbour {
    RequestLimit* limit;
    Duration every{0};        // length of a slot; zero: none
    Time slot{};              // the present one's begin
    Time next = sim::never;   // not yet asked
    std::uint32_t asked = 0;  // numbers the draws
  };
  void plan(Neighbour& neighbour, Time slot);
  std::array<Neighbour, 2> neighbours_{Neighbour{&registration_limit_}, Neighbour{&poll_limit_}};
  // The hub that it has on record for a device, if any, and whether the identity there has been disabled to
  // move the device: in 16 bits, since it is asked for at each attempt.
  class Record {
   public:
    Record() = default;
    explicit Record(HubId hub, bool moved = false)
        : bits_(static_cast<std::uint16_t>(hub.index() | (moved && hub != HubId::none ? moved_bit : 0))) {}
    HubId hub() const { return bits_ % moved_bit == HubId::most ? HubId::none : HubId(bits_ % moved_bit); }
    bool moved() const { return bits_ >= moved_bit; }

   private:
    static constexpr std::uint16_t moved_bit = 0x8000;
    std::uint16_t bits_ = HubId::most;
  };
  sim::HugeVector<Record> record_;  // of each device
  std::vector<bool> left_;          // of each device; empty while none has
  AccessStates access_;
  sim::HugeVector<std::uint32_t> registrations_;  // of each device, numbers its draws
  ids::PerId<HubId, std::uint64_t> provisioned_, reserved_, name_hash_;
  ids::PerId<HubId, std::vector<Device>> overdue_;  // whose identities it is still to delete
  ids::PerId<HubId, bool> allocatable_;
  ids::PerId<HubId, bool> restored_;  // hubs that are lost, and nothing of their devices with them
  std::vector<std::uint64_t> turns_;  // assignments of each enrollment group, for round-robin
  struct Link {
    HubId hub;
    double weight;
  };
  std::vector<std::vector<Link>> links_;            // of each enrollment group, switched-on ones
  std::vector<std::vector<Candidate>> candidates_;  // of each enrollment group: what may be allocated now
  std::vector<Operation> operations_;
  std::vector<std::uint32_t> free_;
  std::unordered_map<std::uint32_t, std::vector<HubId>> tried_;  // hubs that did not answer an operation
                                                                 // that may go to another; never iterated
  std::vector<Due> due_;                                         // a heap
  Counters counters_;
};

}  // namespace provisioning
