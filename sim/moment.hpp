// The instant that model code runs at. Doors check it: nobody calls them between instants.
#pragma once
#include "sim/time.hpp"

namespace sim {

struct Moment {
  Time now{};
  bool open = false;
  // Aborts unless model code may run at `t` right now; `door` says whose.
  void require_open(Time t, const char* door) const {
    if (!open || t != now) [[unlikely]]
      closed(t, door);
  }

 private:
  [[noreturn]] void closed(Time t, const char* door) const;
};

}  // namespace sim
