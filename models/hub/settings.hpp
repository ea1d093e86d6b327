// One IoT hub as the user describes it, and the published limits of the editions.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sim/limiter.hpp"

namespace hub {

// Of an application; as many again may be in its recovery region, and come while it runs.
inline constexpr std::uint32_t most_hubs = 10'000;

enum class Edition : std::uint8_t { F1, B1, B2, B3, S1, S2, S3 };

// Limits of an operation at an edition: larger of `flat` and `per_unit` x units, a second
// (facts, platform 3.2). From models/hub/editions.yaml.
struct OperationLimit {
  double flat = 0;
  double per_unit = 0;
  double at(std::uint32_t units) const { return flat > per_unit * units ? flat : per_unit * units; }
};

struct EditionLimits {
  OperationLimit connects;           // new device connections
  OperationLimit registry;           // identity registry operations
  OperationLimit sends;              // device-to-cloud sends
  OperationLimit twin_reads;         // zero: the edition has no twins
  OperationLimit twin_updates;       // the same
  OperationLimit method_bytes;       // of direct methods; zero: the edition has none
  std::uint64_t messages_a_day = 0;  // per unit, in blocks
  std::uint64_t block = 1;           // bytes that count as one message of the daily quota
  std::uint32_t units_max = 0;
};

// How operations are counted as messages: in blocks that have begun.
struct Meter {
  std::uint64_t block = 1;   // bytes, at least one
  bool empty_counts = true;  // an empty request or answer of a direct method is one message, or none
  double blocks(std::uint64_t bytes) const {
    if (bytes == 0) return empty_counts ? 1 : 0;
    return static_cast<double>((bytes + block - 1) / block);
  }
};

// Traffic shaping of one kind of operation (assumption A-11); the rate comes from the edition.
struct Shaping {
  sim::Duration burst{0};
  sim::Duration queue{0};
  sim::Duration expiry{0};
  bool serve_abandoned = false;
};

// When a hub's name leads to another address: devices are given it within `ttl`, a share of them up to
// `stale` later.
struct NameService {
  sim::Duration ttl{0}, stale{0};
  double stale_share = 0;
};

struct Settings {
  std::string name;   // hub-1, hub-2, ... unless named
  double weight = 1;  // allocation weight, 1..1000
  Edition edition = Edition::S1;
  std::uint32_t units = 1;
  std::string region;      // the application's, unless given
  std::uint32_t zone = 0;  // availability zone of its region, 1..3; in turn, unless given
  Shaping connects;
  Shaping registry;
  Shaping sends;  // and of twin updates and direct methods, each by its own limit
  // Of a hub in a recovery region: the one that it is there for. What links or names that one means both.
  std::string stands_for{};

  bool is_meant_by(const std::string& called) const {
    return called == name || (!stands_for.empty() && called == stands_for);
  }
};

// What a service does with who comes: `busy` answers 503 to what is new and keeps what is connected;
// `upgrade` is the same after it has closed what was connected (400029, 400030). A `frozen` one answers
// nothing, while its kernel goes on to complete TCP; to and from a `silent` one packets vanish. From light to
// grave.
enum class Mode : std::uint8_t { up, degraded, busy, upgrade, frozen, refuse, silent };
constexpr bool serves(Mode mode) { return mode == Mode::up || mode == Mode::degraded; }
constexpr bool answers(Mode mode) { return mode != Mode::frozen && mode != Mode::silent; }
constexpr bool says_busy(Mode mode) { return mode == Mode::busy || mode == Mode::upgrade; }
constexpr bool closes_connections(Mode mode) { return mode == Mode::refuse || mode == Mode::upgrade; }

}  // namespace hub
