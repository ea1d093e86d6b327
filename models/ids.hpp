// Who is who, by number: hubs, groups of devices, and what things happen for. Each kind of number is a type
// of its own, so that the compiler tells when one is taken for another, and none is ever cut short.
#pragma once
#include <compare>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <limits>
#include <utility>
#include <vector>

namespace ids {

// Stop the program, see sim/invariant.hpp.
[[noreturn]] void does_not_fit(std::uint64_t number, std::uint64_t most);
[[noreturn]] void out_of_bounds(std::size_t index, std::size_t size);

// The same number as another unsigned type; stops the program if that type cannot hold it.
template <std::unsigned_integral To, std::unsigned_integral From>
constexpr To narrow(From number) {
  constexpr To most = std::numeric_limits<To>::max();
  if (number > most) [[unlikely]]
    does_not_fit(number, most);
  return static_cast<To>(number);
}

// One of a list of things of the kind `Tag`, which are numbered from 0; or none of them, which is `last`.
template <class Tag, std::unsigned_integral Number, Number last = std::numeric_limits<Number>::max()>
class Id {
 public:
  static constexpr std::size_t most = last;  // so many there can be
  static const Id none;

  constexpr Id() = default;  // none
  // Stops the program where there cannot be so many.
  constexpr explicit Id(std::size_t index) : number_(static_cast<Number>(index)) {
    if (index >= most) [[unlikely]]
      does_not_fit(index, most - 1);
  }
  // Its place in the list; of none: `most`.
  constexpr std::size_t index() const { return number_; }
  auto operator<=>(const Id&) const = default;  // none comes last

 private:
  Number number_ = last;
};
template <class Tag, std::unsigned_integral Number, Number last>
inline constexpr Id<Tag, Number, last> Id<Tag, Number, last>::none{};

// A place for a hub: of the application, of its recovery region, or that may come. 15 bits, so that something
// else about it can be kept in the 16th; there are no more than hub::most_hubs of each.
using HubId = Id<struct HubTag, std::uint16_t, 0x7fff>;
// A group of equal devices, in order of name; there are no more than device::most_groups.
using GroupId = Id<struct GroupTag, std::uint16_t>;
// What something happens for: an incident of a fault, or what an operator or IoT Central does.
// signals::Causes numbers them. None: nothing in particular.
using CauseId = Id<struct CauseTag, std::uint32_t>;

// The first `size` things of a list, in order: for (const CauseId cause : Ids<CauseId>(size)) ...
template <class Id>
class Ids {
 public:
  class Iterator {
   public:
    using value_type = Id;
    using difference_type = std::ptrdiff_t;
    Iterator() = default;
    explicit Iterator(std::size_t index) : index_(index) {}
    Id operator*() const { return Id(index_); }
    Iterator& operator++() {
      ++index_;
      return *this;
    }
    Iterator operator++(int) { return std::exchange(*this, Iterator(index_ + 1)); }
    bool operator==(const Iterator&) const = default;

   private:
    std::size_t index_ = 0;
  };
  explicit Ids(std::size_t size) : size_(size) {}
  Iterator begin() const { return Iterator(0); }
  Iterator end() const { return Iterator(size_); }

 private:
  std::size_t size_;
};

// A list that is asked by id, and stops the program where it has no such thing.
template <class Id, class T, class List = std::vector<T>>
class PerId {
 public:
  PerId() = default;
  explicit PerId(std::size_t size, const T& value = T()) : list_(size, value) {}
  explicit PerId(List list) : list_(std::move(list)) {}

  typename List::reference operator[](Id id) { return list_[checked(id)]; }
  typename List::const_reference operator[](Id id) const { return list_[checked(id)]; }
  // The same, for what is asked at each event with an id that was looked at before: only sanitizers look
  // again.
  typename List::reference known(Id id) { return list_[looked_at(id)]; }
  typename List::const_reference known(Id id) const { return list_[looked_at(id)]; }
  bool has(Id id) const { return id.index() < list_.size(); }
  Ids<Id> ids() const { return Ids<Id>(list_.size()); }
  std::size_t size() const { return list_.size(); }
  bool empty() const { return list_.empty(); }
  void resize(std::size_t size, const T& value = T()) { list_.resize(size, value); }
  void push_back(T value) { list_.push_back(std::move(value)); }
  typename List::reference back() { return list_.back(); }
  auto begin() { return list_.begin(); }
  auto end() { return list_.end(); }
  auto begin() const { return list_.begin(); }
  auto end() const { return list_.end(); }
  const List& list() const { return list_; }
  bool operator==(const PerId&) const = default;

 private:
  // Bytes are compared, and not how many there are, which it takes a division to know.
  std::size_t checked(Id id) const {
    if (id.index() * sizeof(T) >= list_.size() * sizeof(T)) [[unlikely]]
      out_of_bounds(id.index(), list_.size());
    return id.index();
  }
  std::size_t looked_at(Id id) const {
#ifdef HUBSTORM_SANITIZE
    return checked(id);
#else
    return id.index();
#endif
  }
  List list_;
};

}  // namespace ids
