// What DPS counts, since its construction, and what each count is called.
#pragma once
#include "models/counters.hpp"

namespace provisioning {

struct Counters {
  std::uint64_t registrations = 0, assigned = 0, throttled = 0, polls = 0, polls_throttled = 0, failed = 0,
                refused = 0, twins_lost = 0, unauthorized = 0, unanswered = 0;
  static constexpr std::span<const counters::Row<Counters>> rows();
};

inline constexpr counters::Row<Counters> counter_rows[] = {
    {"registrations", "operations", counters::Direction::neutral, "registration requests that arrived at DPS",
     &Counters::registrations},
    {"assigned", "operations", counters::Direction::neutral, "registrations that ended in an assignment",
     &Counters::assigned},
    {"throttled", "operations", counters::Direction::lower, "registration requests answered 429",
     &Counters::throttled},
    {"polls", "operations", counters::Direction::neutral, "status polls that arrived at DPS",
     &Counters::polls},
    {"polls_throttled", "operations", counters::Direction::lower, "status polls answered 429",
     &Counters::polls_throttled},
    {"failed", "operations", counters::Direction::lower,
     "registrations that were accepted and ended without an assignment", &Counters::failed},
    {"refused", "operations", counters::Direction::lower,
     "registrations and polls that the state of DPS refused or left unanswered", &Counters::refused},
    {"twins_lost", "devices", counters::Direction::lower,
     "device twins that could not be migrated because the old hub was down", &Counters::twins_lost},
    {"unauthorized", "operations", counters::Direction::lower,
     "registration requests answered 401: from devices that are blocked or wait for approval",
     &Counters::unauthorized},
    {"unanswered", "operations", counters::Direction::lower,
     "those of dps.failed whose hub, as DPS had chosen it, did not answer for write_retry.for",
     &Counters::unanswered}};
static_assert(counters::complete(counter_rows));
constexpr std::span<const counters::Row<Counters>> Counters::rows() { return counter_rows; }

}  // namespace provisioning
