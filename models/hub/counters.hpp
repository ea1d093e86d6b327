// What a hub counts, since its construction, and what each count is called.
#pragma once
#include "models/counters.hpp"

namespace hub {

// Connections and the identity registry. The formulas end with the hub, or with all of them.
struct Counters {
  std::uint64_t connects = 0;
  std::uint64_t accepted = 0;
  std::uint64_t throttled = 0;
  std::uint64_t timed_out = 0;
  std::uint64_t refused = 0;
  std::uint64_t identity_writes = 0;
  std::uint64_t identity_throttled = 0;
  static constexpr std::span<const counters::Row<Counters>> rows();
};

inline constexpr counters::Row<Counters> counter_rows[] = {
    {"connects", "operations", counters::Direction::neutral, "CONNECTs that arrived", &Counters::connects},
    {"accepted", "operations", counters::Direction::neutral, "CONNECTs that were accepted",
     &Counters::accepted},
    {"throttled", "operations", counters::Direction::lower,
     "CONNECTs dropped because the queue was full or they waited too long", &Counters::throttled},
    {"timed_out", "operations", counters::Direction::lower, "CONNECTs whose client gave up while they waited",
     &Counters::timed_out},
    {"refused", "operations", counters::Direction::lower,
     "attempts to connect that the hub's state refused, cut off or left unanswered; CONNECTs among them "
     "count as connects too",
     &Counters::refused},
    {"identity_writes", "operations", counters::Direction::neutral,
     "identity registry operations carried out for DPS", &Counters::identity_writes},
    {"identity_throttled", "operations", counters::Direction::lower,
     "identity registry operations refused because the queue was full or they waited too long",
     &Counters::identity_throttled}};
static_assert(counters::complete(counter_rows));
constexpr std::span<const counters::Row<Counters>> Counters::rows() { return counter_rows; }

// What devices send to it; amounts of a flow, so not whole.
struct MessageCounters {
  double arrived = 0, delayed = 0, refused = 0;  // messages
  double metered = 0;                            // blocks of all kinds, all days
  sim::Duration without_quota{0};
  static constexpr std::span<const counters::Row<MessageCounters>> rows();
};

inline constexpr counters::Row<MessageCounters> message_rows[] = {
    counters::inner<MessageCounters>(&MessageCounters::arrived),
    counters::inner<MessageCounters>(&MessageCounters::delayed),
    {"messages_refused", "messages", counters::Direction::lower, "messages that this hub's throttle refused",
     &MessageCounters::refused},
    {"metered", "messages", counters::Direction::neutral,
     "messages, property updates, commands and twin reads that this hub has served, in blocks of its "
     "edition: "
     "what counts against its daily quota",
     &MessageCounters::metered},
    {"quota_blocked", "s", counters::Direction::lower, "time this hub was without daily quota",
     &MessageCounters::without_quota}};
static_assert(counters::complete(message_rows));
constexpr std::span<const counters::Row<MessageCounters>> MessageCounters::rows() { return message_rows; }

// Property updates or commands; amounts of a flow, so not whole. The formulas begin with what is asked for.
struct RequestCounters {
  double sent = 0, delayed = 0, refused = 0;
  static constexpr std::span<const counters::Row<RequestCounters>> rows();
};

inline constexpr counters::Row<RequestCounters> request_rows[] = {
    {"sent", "operations", counters::Direction::neutral, " sent to or through hubs, refused included",
     &RequestCounters::sent},
    counters::inner<RequestCounters>(&RequestCounters::delayed),
    {"refused", "operations", counters::Direction::lower, " that a hub's throttle refused",
     &RequestCounters::refused}};
static_assert(counters::complete(request_rows));
constexpr std::span<const counters::Row<RequestCounters>> RequestCounters::rows() { return request_rows; }

}  // namespace hub
