// What a service counts, and how it is reported: one table for each struct of counters, from which counters
// are added up, compared with an earlier state, listed in the metric catalog and reported. A member that has
// no row does not compile.
#pragma once
#include <cmath>
#include <cstdint>
#include <span>
#include <variant>

#include "sim/time.hpp"

namespace counters {

// Which way a change of a metric is good news.
enum class Direction { lower, higher, neutral };

template <class T>
using Member = std::variant<std::uint64_t T::*, double T::*, sim::Duration T::*>;

// A member of T, a struct of numbers that only grow. Durations are reported in seconds; amounts of a flow are
// not whole, and rounded when they are reported.
template <class T>
struct Row {
  const char* name;  // the end of the metric's name; empty: counted, and no metric by itself
  const char* unit;
  Direction direction;
  const char* formula;  // begins a sentence
  Member<T> member;
};

// A row of what is counted for the sake of other metrics.
template <class T>
constexpr Row<T> inner(Member<T> member) {
  return {"", "", Direction::neutral, "", member};
}

// Whether each member of T has one row.
template <class T, std::size_t n>
consteval bool complete(const Row<T> (&rows)[n]) {
  static_assert(sizeof(std::uint64_t) == sizeof(double) && sizeof(double) == sizeof(sim::Duration));
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < i; ++j)
      if (rows[i].member == rows[j].member) return false;
  return n * sizeof(double) == sizeof(T);
}

// T has a static function rows(), which gives its table.
template <class T>
void add(T& sum, const T& more) {
  for (const Row<T>& row : T::rows())
    std::visit([&](auto member) { sum.*member += more.*member; }, row.member);
}

template <class T>
T difference(T now, const T& before) {
  for (const Row<T>& row : T::rows())
    std::visit([&](auto member) { now.*member -= before.*member; }, row.member);
  return now;
}

// As it is reported, in the row's unit.
template <class T>
double value(const Row<T>& row, const T& counted) {
  struct Reported {
    double operator()(std::uint64_t number) const { return static_cast<double>(number); }
    double operator()(double amount) const { return std::round(amount); }
    double operator()(sim::Duration time) const { return sim::seconds(time); }
  };
  return std::visit([&](auto member) { return Reported()(counted.*member); }, row.member);
}

}  // namespace counters
