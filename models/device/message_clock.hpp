// The message clock of a device: messages at phase + k period, k = 0, 1, ..., at the pace of its group.
#pragma once
#include <cstdint>

#include "models/device/pace.hpp"

namespace device {

struct MessageClock {
  Duration phase{0};
  Duration period{0};          // zero: no telemetry
  const Pace* pace = nullptr;  // null: that of time

  // Messages up to and including t: floor((shown - phase) / period), where a clock at the pace of time shows
  // t; differences count messages.
  std::int64_t count(Time t) const;
  Time next(Time after) const;    // the first message after `after`; never without telemetry
  Time last(Time t) const;        // the last message up to and including t; there is telemetry
  Time at(std::int64_t n) const;  // message n, such that count() is n from it on; there is telemetry
  // The place between two messages: how much of the period has passed at t since the last one, in [0, 1).
  double part(Time t) const;
  // The same place between two messages, n of them later, or earlier where n is negative; never if the clock
  // does not get there.
  Time moved(Time t, std::int64_t n) const;
};

}  // namespace device
