#include "sim/calendar.hpp"

#include <bit>
#include <numeric>

namespace sim {

Calendar::Calendar(std::size_t entities) : due_(entities, never) {}

int Calendar::Level::first() const {
  for (std::size_t i = 0; i < occupied.size(); ++i)
    if (occupied[i] != 0) return static_cast<int>(i * 64) + std::countr_zero(occupied[i]);
  return -1;
}

Calendar::Chunk* Calendar::new_chunk() {
  if (free_ == nullptr) {
    constexpr std::size_t first = 256, most = 8192;
    slabs_.emplace_back(slabs_.empty() ? first : std::min(most, 2 * slabs_.back().size()));
    for (Chunk& chunk : slabs_.back()) {
      chunk.next = free_;
      free_ = &chunk;
    }
  }
  Chunk* chunk = free_;
  free_ = chunk->next;
  chunk->used = 0;
  chunk->next = nullptr;
  return chunk;
}

void Calendar::free_chunks(Chunk* head) {
  while (head != nullptr) {
    Chunk* next = head->next;
    head->next = free_;
    free_ = head;
    head = next;
  }
}

void Calendar::put(Level& level, std::size_t slot, const Entry& entry) {
  Chunk*& head = level.head[slot];
  if (head == nullptr || head->used == head->entry.size()) {
    Chunk* chunk = new_chunk();
    chunk->next = head;
    head = chunk;
    level.occupied[slot / 64] |= std::uint64_t{1} << (slot % 64);
  }
  head->entry[head->used++] = entry;
}

void Calendar::insert(const Entry& entry) {
  require(entry.t >= horizon_ && entry.t >= instant_, "entity {} set to {} us, before the horizon", entry.e,
          entry.t.time_since_epoch().count());
  const std::int64_t slot = slot_of(entry.t);
  const std::int64_t block = slot >> level_bits;
  if (slot <= slot_) {
    late_.push_back(entry);
    std::push_heap(late_.begin(), late_.end(), later);
  } else if (block == block_) {
    put(slots_, static_cast<std::size_t>(slot) % slots, entry);
  } else if (block >> level_bits == reach_) {
    put(blocks_, static_cast<std::size_t>(block) % slots, entry);
  } else {
    far_.push_back(entry);
  }
}

bool Calendar::load_far(Time horizon) {
  const std::int64_t last = slot_of(horizon) >> (2 * level_bits);
  if (far_.empty() || last <= reach_) return false;
  std::int64_t nearest = INT64_MAX;
  std::erase_if(far_, [&](const Entry& x) { return due_[x.e] != x.t; });
  for (const Entry& x : far_) nearest = std::min(nearest, slot_of(x.t) >> (2 * level_bits));
  if (nearest > last) return false;  // what is set between now and then may still come before it
  reach_ = nearest;
  std::erase_if(far_, [&](const Entry& x) {
    const std::int64_t block = slot_of(x.t) >> level_bits;
    if (block >> level_bits != reach_) return false;
    put(blocks_, static_cast<std::size_t>(block) % slots, x);
    return true;
  });
  return true;
}

bool Calendar::load_block(Time horizon) {
  int next = blocks_.first();
  if (next < 0) {
    if (!load_far(horizon)) return false;
    next = blocks_.first();
  }
  const std::int64_t block = (reach_ << level_bits) + next;
  if (Time{Duration{block << (slot_bits + level_bits)}} >= horizon) return false;
  const auto index = static_cast<std::size_t>(next);
  block_ = block;
  Chunk* head = blocks_.head[index];
  blocks_.head[index] = nullptr;
  blocks_.occupied[index / 64] &= ~(std::uint64_t{1} << (index % 64));
  for (const Chunk* c = head; c != nullptr; c = c->next)
    for (std::uint32_t i = 0; i < c->used;
         ++i)  // moved ones too: to tell them costs more than to carry them on
      put(slots_, static_cast<std::size_t>(slot_of(c->entry[i].t)) % slots, c->entry[i]);
  free_chunks(head);
  return true;
}

bool Calendar::load_slot(Time horizon) {
  int next = slots_.first();
  while (next < 0) {
    if (!load_block(horizon)) return false;
    next = slots_.first();
  }
  const std::int64_t slot = (block_ << level_bits) + next;
  if (Time{Duration{slot << slot_bits}} >= horizon) return false;
  const auto index = static_cast<std::size_t>(next);
  slot_ = slot;
  Chunk* head = slots_.head[index];
  slots_.head[index] = nullptr;
  slots_.occupied[index / 64] &= ~(std::uint64_t{1} << (index % 64));
  ready_.clear();
  position_ = 0;
  early_ = close_ = 0;
  for (const Chunk* c = head; c != nullptr; c = c->next)
    for (std::uint32_t i = 0; i < c->used; ++i) {
      __builtin_prefetch(&due_[c->entry[i].e]);
      ready_.push_back(c->entry[i]);
    }
  free_chunks(head);
  sort_ready();
  return true;
}

// By time: many by the two bytes of their place in the slot, the lower one first.
void Calendar::sort_ready() {
  constexpr std::size_t few = 64, digits = 256;
  static_assert(slot_bits == 16);
  if (ready_.size() < few)
    return std::sort(ready_.begin(), ready_.end(), [](const Entry& a, const Entry& b) { return a.t < b.t; });
  sorted_.resize(ready_.size());
  for (const int shift : {0, 8}) {
    const auto digit = [shift](const Entry& x) {
      return static_cast<std::size_t>(x.t.time_since_epoch().count() >> shift) % digits;
    };
    std::array<std::uint32_t, digits> place{};
    for (const Entry& x : ready_) ++place[digit(x)];
    std::exclusive_scan(place.begin(), place.end(), place.begin(), 0u);
    for (const Entry& x : ready_) sorted_[place[digit(x)]++] = x;
    ready_.swap(sorted_);
  }
}

bool Calendar::next_instant(Time horizon) {
  batch_.clear();
  while (batch_.empty()) {
    while (position_ == ready_.size() && late_.empty())
      if (!load_slot(horizon)) return false;
    Time t = never;
    if (position_ < ready_.size()) t = ready_[position_].t;
    if (!late_.empty()) t = std::min(t, late_.front().t);
    if (t >= horizon) return false;
    instant_ = t;
    for (; position_ < ready_.size() && ready_[position_].t == t; ++position_)
      if (due_[ready_[position_].e] == t) batch_.push_back(ready_[position_].e);
    while (!late_.empty() && late_.front().t == t) {
      if (due_[late_.front().e] == t) batch_.push_back(late_.front().e);
      std::pop_heap(late_.begin(), late_.end(), later);
      late_.pop_back();
    }
  }
  return true;
}

}  // namespace sim
