// How long a client waits before its next attempt, and when it has tried for long enough: retry sequences of
// its messages, whole ticks of its process, its rule of return to DPS, and the waits between DPS phases.
#pragma once
#include <unordered_map>
#include <vector>

#include "models/device/programs.hpp"
#include "models/device/roster.hpp"
#include "models/device/sequences.hpp"
#include "sim/sparse.hpp"

namespace device {

class Waits {
 public:
  Waits(Roster& roster, const Programs& programs)
      : roster_(roster), programs_(programs), sequences_(roster.size()) {}

  // Sequences, of a client whose sends make it connect: the connection was lost at `lost`, which it knows at
  // `noticed`.
  void begin_sequences(Device d, const Client& c, Time lost, Time noticed) {
    if (Sequences* const s = fresh_sequences(d, c)) s->begin(owner(d, c), lost, noticed);
  }
  // Sequences of which an attempt at `t` is the first.
  void begin_sequences_with(Device d, const Client& c, Time t) {
    if (Sequences* const s = fresh_sequences(d, c)) s->begin_with(owner(d, c), t);
  }
  Sequences& sequences(Device d) { return *sequences_.find(d); }
  Sequences::Owner owner(Device d, const Client& c) const {
    return {roster_.behaviour(c).retry, roster_.message_clock(d)};
  }
  // Before the device is woken: first what leads to them.
  void fetch_index(Device d) const { sequences_.fetch_index(d); }
  void fetch(Device d) const { sequences_.fetch(d); }

  // The next wait of the retry policy for hubs after an attempt that failed.
  Duration next(Device d, const Client& c, const sim::Draw& drawn);
  // From when the wait counts, of a policy that counts from the attempt.
  Time from_attempt(Device d, const Client& c) const;

  // Since when the client tries its hub: since it noticed the loss, or since it was assigned the hub.
  static Time trying_since(const Client& c) { return std::max(c.lost_at, c.phase_start); }
  // When a client that returns to DPS after a time does so: drawn once a loss.
  Time return_time(Device d, const Client& c) const;
  // Whether it does by then; most often the bounds of the rule tell.
  bool returns_by(Device d, const Client& c, Time t) const;
  bool rule_says_dps(Device d, const Client& c, Time at) const;

  // DPS phases since the last connection, where the waits between them have a policy of their own.
  void phase_begins(Device d, const Client& c);
  void phase_failed(Device d, const Client& c);
  void phase_assigned(Device d, const Client& c);
  // Whether DPS has just given the hub that failed, so that the client waits as after a phase that failed.
  bool was_just_assigned(Device d);
  // When DPS, or the hub before it, is asked again.
  Time next_phase(Device d, const Client& c, Time at, const sim::Draw& drawn);
  // Whether the hub was tried again after a phase that failed, which is counted.
  bool retried_hub(Device d, const Client& c) const;
  bool cycles_exhausted(const Client& c) const;

  void connected(Device d) {
    sequences_.erase(d);
    if (!cycles_.empty()) cycles_.erase(d);
  }
  // The program of the device starts anew.
  void restart(Device d) {
    if (!jitters_.empty()) jitters_[d] = 0;
  }
  void forget(Device d) {
    sequences_.erase(d);
    cycles_.erase(d);
  }

 private:
  struct Cycle {
    std::uint32_t failed = 0;  // phases without a connection
    bool assigned = false;     // the last one gave a hub
    Time began{};              // the last
    Duration wait{0};          // after the last
  };
  // To be begun; null if its sends do not make it connect.
  Sequences* fresh_sequences(Device d, const Client& c);
  Time tick(Device d, Time t) const;
  Duration tick_wait(Device d, const Client& c);

  Roster& roster_;
  const Programs& programs_;
  sim::Sparse<Sequences> sequences_;  // while offline
  std::vector<std::uint32_t>
      jitters_;  // of each device: how often its process drew one; empty while none did
  std::unordered_map<Device, Cycle> cycles_;  // never iterated
};

}  // namespace device
