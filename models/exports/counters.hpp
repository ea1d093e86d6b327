// What data export counts, since its construction, and what each count is called.
#pragma once
#include "models/counters.hpp"

namespace exports {

// Of an export to one of its destinations: received = filtered + exported + dropped + backlog.
struct DeliveryCounters {
  std::uint64_t received = 0, filtered = 0, exported = 0, dropped = 0, duplicated = 0;
  double bytes = 0;
  std::uint64_t errors = 0;
  static constexpr std::span<const counters::Row<DeliveryCounters>> rows();
};

inline constexpr counters::Row<DeliveryCounters> delivery_rows[] = {
    {"received", "messages", counters::Direction::neutral,
     "messages that hubs took since the export was created: received + carried_in = filtered + exported + "
     "dropped + backlog",
     &DeliveryCounters::received},
    {"filtered", "messages", counters::Direction::neutral, "messages that the filter kept back",
     &DeliveryCounters::filtered},
    {"exported", "messages", counters::Direction::higher, "messages that the destination took, each once",
     &DeliveryCounters::exported},
    {"dropped", "messages", counters::Direction::lower,
     "messages that never came: in the backlog when the window was over or the export was stopped, or "
     "received while the destination was failed or the export off",
     &DeliveryCounters::dropped},
    {"duplicated", "messages", counters::Direction::lower,
     "messages that the destination took once more, after an answer was lost", &DeliveryCounters::duplicated},
    {"bytes", "bytes", counters::Direction::neutral,
     "size of what was exported, envelope and enrichment included", &DeliveryCounters::bytes},
    {"errors", "operations", counters::Direction::lower,
     "attempts and probes of which the destination took nothing", &DeliveryCounters::errors}};
static_assert(counters::complete(delivery_rows));
constexpr std::span<const counters::Row<DeliveryCounters>> DeliveryCounters::rows() { return delivery_rows; }

// Of a destination, and of the consumer that reads it.
struct SinkCounters {
  std::uint64_t accepted = 0;
  double bytes = 0;
  std::uint64_t busy = 0, full = 0;
  std::uint64_t requests = 0;
  std::uint64_t read = 0, missed = 0;
  std::uint64_t unreplicated = 0;
  double blocks = 0, blocks_read = 0;  // that messages begin, as they are billed
  double byte_seconds = 0;             // of all it has taken, since it took it
  double unit_seconds = 0;
  sim::Duration unavailable{0}, unreadable{0};
  static constexpr std::span<const counters::Row<SinkCounters>> rows();
};

inline constexpr counters::Row<SinkCounters> sink_rows[] = {
    {"accepted", "messages", counters::Direction::neutral,
     "messages taken from all exports, those taken twice included", &SinkCounters::accepted},
    {"bytes", "bytes", counters::Direction::neutral, "size of the messages taken", &SinkCounters::bytes},
    {"throttled", "operations", counters::Direction::lower,
     "times that not all of what an export sent was taken, because of a limit", &SinkCounters::busy},
    {"refused", "operations", counters::Direction::lower, "the same, for want of space in it",
     &SinkCounters::full},
    {"files", "operations", counters::Direction::neutral, "files that were written", &SinkCounters::requests},
    {"unavailable", "s", counters::Direction::lower, "time in which it took nothing",
     &SinkCounters::unavailable},
    {"unreadable", "s", counters::Direction::lower, "time in which nothing could be read from it",
     &SinkCounters::unreadable},
    {"unreplicated", "messages", counters::Direction::lower,
     "messages taken of which the region it failed over to has no copy, or that a consumer had not read "
     "there",
     &SinkCounters::unreplicated},
    {"consumer.read", "messages", counters::Direction::higher, "messages that the consumer read",
     &SinkCounters::read},
    {"consumer.missed", "messages", counters::Direction::lower,
     "messages that were gone before the consumer came to them", &SinkCounters::missed},
    counters::inner<SinkCounters>(&SinkCounters::blocks),
    counters::inner<SinkCounters>(&SinkCounters::blocks_read),
    counters::inner<SinkCounters>(&SinkCounters::byte_seconds),
    counters::inner<SinkCounters>(&SinkCounters::unit_seconds)};
static_assert(counters::complete(sink_rows));
constexpr std::span<const counters::Row<SinkCounters>> SinkCounters::rows() { return sink_rows; }

}  // namespace exports
