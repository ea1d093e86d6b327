// What tools/mutate puts into a changed copy of the program: each change behind a switch that the environment
// turns on, and a note of the switches that a run came to. No part of the program itself.
//
//   HUBSTORM_MUTANT          the number of the change that is made; none: the program as it is
//   HUBSTORM_MUTANT_REACHED  a file with a byte for each change, set when a run comes to it; none: no notes
//   HUBSTORM_MUTANT_FIGURES  "path=file": the catalog of this path is read from the file
#pragma once
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <functional>
#include <initializer_list>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace mutant {

struct State {
  int chosen = -1;
  unsigned char* reached = nullptr;  // shared between processes, so that what children come to is noted
  State() {
    if (const char* number = std::getenv("HUBSTORM_MUTANT")) chosen = std::atoi(number);
    const char* path = std::getenv("HUBSTORM_MUTANT_REACHED");
    const int file = path ? ::open(path, O_RDWR) : -1;
    struct stat status {};
    if (file < 0 || ::fstat(file, &status) != 0) return;
    void* at = ::mmap(nullptr, static_cast<std::size_t>(status.st_size), PROT_READ | PROT_WRITE, MAP_SHARED,
                      file, 0);
    if (at != MAP_FAILED) reached = static_cast<unsigned char*>(at);
    ::close(file);
  }
};

inline State& state() {
  static State state;
  return state;
}

inline bool live(int id) {
  const State& s = state();
  if (s.reached) s.reached[id] = 1;
  return s.chosen == id;
}

// The text of a catalog that is read instead of the one that was built in.
inline std::optional<std::string> figures(std::string_view path) {
  const char* given = std::getenv("HUBSTORM_MUTANT_FIGURES");
  if (!given) return std::nullopt;
  const std::string_view both = given;
  const std::size_t equals = both.find('=');
  if (both.substr(0, equals) != path) return std::nullopt;
  std::ifstream file{std::string(both.substr(equals + 1))};
  return std::string(std::istreambuf_iterator<char>(file), {});
}

// `a < Less<7>{} < b` is a < b, or a <= b when change 7 is made; an operator keeps its place among the
// others.
template <int id, class A>
struct Held {
  const A& a;
};

#define HUBSTORM_SWITCH(Name, keep, change)                \
  template <int id>                                        \
  struct Name {};                                          \
  template <int id, class A>                               \
  struct Name##Held : Held<id, A> {};                      \
  template <class A, int id>                               \
  Name##Held<id, A> operator keep(const A& a, Name<id>) {  \
    return {{a}};                                          \
  }                                                        \
  template <int id, class A, class B>                      \
  auto operator keep(Name##Held<id, A> held, const B& b) { \
    return live(id) ? held.a change b : held.a keep b;     \
  }

HUBSTORM_SWITCH(Less, <, <=)
HUBSTORM_SWITCH(LessEqual, <=, <)
HUBSTORM_SWITCH(Greater, >, >=)
HUBSTORM_SWITCH(GreaterEqual, >=, >)
HUBSTORM_SWITCH(Equal, ==, !=)
HUBSTORM_SWITCH(NotEqual, !=, ==)
HUBSTORM_SWITCH(Plus, +, -)
HUBSTORM_SWITCH(Minus, -, +)
HUBSTORM_SWITCH(Times, *, /)
HUBSTORM_SWITCH(Over, /, *)
#undef HUBSTORM_SWITCH

template <int id, class Order>
struct Extreme {
  template <class T>
  static T of(const T& a, const T& b) {
    return (live(id) ? !Order{}(b, a) : Order{}(b, a)) ? b : a;
  }
  template <class T>
  static T of(std::initializer_list<T> all) {
    T best = *all.begin();
    for (const T& one : all) best = of(best, one);
    return best;
  }
};
template <int id>
using Lesser = Extreme<id, std::less<>>;  // std::min, or std::max when the change is made
template <int id>
using Greatest = Extreme<id, std::greater<>>;

}  // namespace mutant
