// A timer wheel of per-entity wake-ups with a stable order: by time, and at equal times by a rank that the
// caller computes from entity and time. Each entity has at most one wake-up; setting it again moves it.
#pragma once
#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include "sim/huge_pages.hpp"
#include "sim/invariant.hpp"
#include "sim/time.hpp"

namespace sim {

using Entity = std::uint32_t;

// How far ahead a likely wake-up is announced, in wake-ups.
enum class Ahead : std::size_t { close = 12, early = 24 };

class Calendar {
 public:
  explicit Calendar(std::size_t entities);

  // Wakes `e` at `t` instead of whenever it was to be; `never` takes its wake-up away. Not before the
  // horizon.
  void set(Entity e, Time t) {
    if (due_[e] == t) return;
    due_[e] = t;
    if (t != never) insert({t, e});
  }
  Time due(Entity e) const { return due_[e]; }

  // Runs every wake-up before `horizon` in order. rank(Entity, Time) -> uint64 orders those of one instant,
  // smaller first; run(Entity, Time) -> Time does the work and returns the entity's next wake-up, later than
  // now, or never.
  // soon(Entity, Ahead) is told twice who is likely to run, so that its data can be fetched: first what leads
  // to them, then themselves.
  template <class Rank, class Run, class Soon>
  void run_before(Time horizon, const Rank& rank, const Run& run, const Soon& soon) {
    while (next_instant(horizon)) {
      announce(early_, Ahead::early, soon);
      announce(close_, Ahead::close, soon);
      if (batch_.size() > 1) order_batch(rank);
      for (const Entity e : batch_) {
        if (due_[e] != instant_) continue;  // moved by one that ran before it at this very instant
        due_[e] = never;
        const Time next = run(e, instant_);
        require(next > instant_, "entity {} asked to be woken at {} us, which is not after {} us", e,
                next.time_since_epoch().count(), instant_.time_since_epoch().count());
        set(e, next);
      }
    }
    horizon_ = horizon;
  }

 private:
  struct Entry {
    Time t;
    Entity e;
  };
  struct Chunk {
    std::array<Entry, 31> entry;
    std::uint32_t used = 0;
    Chunk* next = nullptr;
  };
  // Level 0: 1024 slots of 65.5 ms (a block); level 1: 1024 blocks of 67 s (19 h); beyond: `far_`.
  static constexpr int slot_bits = 16;
  static constexpr int level_bits = 10;
  static constexpr std::size_t slots = std::size_t{1} << level_bits;
  struct Level {
    std::array<Chunk*, slots> head{};
    std::array<std::uint64_t, slots / 64> occupied{};
    int first() const;  // the lowest occupied slot, -1 if none
  };

  static std::int64_t slot_of(Time t) { return t.time_since_epoch().count() >> slot_bits; }
  static bool later(const Entry& a, const Entry& b) { return a.t > b.t; }

  void insert(const Entry& entry);
  void put(Level& level, std::size_t slot, const Entry& entry);
  Chunk* new_chunk();
  void free_chunks(Chunk* head);
  // Collects the live wake-ups of the next instant before `horizon` into batch_; false when there is none.
  bool next_instant(Time horizon);
  bool load_slot(Time horizon);  // the next occupied slot into ready_; false: none before the horizon
  void sort_ready();
  bool load_block(Time horizon);  // the next block into level 0
  bool load_far(Time horizon);    // what has come into reach into level 1

  template <class Soon>
  void announce(std::size_t& announced, Ahead ahead, const Soon& soon) const {
    const std::size_t end = std::min(ready_.size(), position_ + static_cast<std::size_t>(ahead));
    for (; announced < end; ++announced) soon(ready_[announced].e, ahead);
  }

  template <class Rank>
  void order_batch(const Rank& rank) {
    ranked_.clear();
    for (const Entity e : batch_) ranked_.emplace_back(rank(e, instant_), e);
    std::sort(ranked_.begin(), ranked_.end());
    for (std::size_t i = 0; i < batch_.size(); ++i) batch_[i] = ranked_[i].second;
  }

  HugeVector<Time> due_;
  Level slots_, blocks_;
  std::vector<Entry> far_;
  std::vector<Entry> ready_;   // the current slot, sorted by time, from position_ on
  std::vector<Entry> sorted_;  // room to sort them in
  std::size_t position_ = 0;
  std::size_t early_ = 0, close_ = 0;  // of ready_, announced so far ahead
  std::vector<Entry>
      late_;  // a heap: what was set into the current slot or earlier ones after they were loaded
  std::int64_t slot_ = -1, block_ = 0, reach_ = 0;  // current slot, block and level-1 span, absolute numbers
  Time instant_{}, horizon_{};
  std::vector<Entity> batch_;
  std::vector<std::pair<std::uint64_t, Entity>> ranked_;
  std::vector<HugeVector<Chunk>> slabs_;  // each twice as long as the one before, up to a bound
  Chunk* free_ = nullptr;
};

}  // namespace sim
