// The Device Provisioning Service as the user describes it.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/random.hpp"

namespace provisioning {

enum class Allocation : std::uint8_t {
  evenly_weighted,
  lowest_latency,
  static_hub,
  least_devices,
  two_choices,
  round_robin
};
enum class Reprovisioning : std::uint8_t { migrate, reset, never };
enum class Attestation : std::uint8_t { sas, x509 };
enum class LimiterKind : std::uint8_t { token_bucket, fixed_window };
// At which hub an identity write that was not answered is tried again.
enum class WriteRetryHub : std::uint8_t { same, another };

// A hub in an enrollment group: its allocation weight and the "apply allocation policy" switch (facts,
// platform 2.2).
struct LinkedHub {
  std::string hub;
  std::optional<double> weight;  // the hub's own unless given
  bool enabled = true;
};

// An enrollment group. The scenario's top-level policy is the group named "default", used by fleets that name
// none.
struct Enrollment {
  std::string name;
  Allocation allocation = Allocation::evenly_weighted;
  Reprovisioning reprovisioning = Reprovisioning::migrate;
  std::string static_hub;       // for allocation: static; the first linked hub unless given
  std::vector<LinkedHub> hubs;  // empty: all hubs of the application
};

// How a device that DPS has not provisioned yet gets an operator's approval (assumption A-17).
struct Approval {
  enum class Kind : std::uint8_t { automatic, manual, after };
  Kind kind = Kind::automatic;
  sim::Duration delay{0};  // after: from the first time it asks
};

// The controller's probe of a hub's health (assumption A-4).
struct Probe {
  sim::Duration every{0};
  sim::Duration timeout{0};
  std::uint32_t failures = 3;
};

struct Settings {
  double registrations_per_minute = 0;
  double polls_per_minute = 0;  // ten times the registrations unless given
  sim::Duration burst{0};       // depth of both buckets, as time at the rate
  LimiterKind limiter = LimiterKind::token_bucket;
  sim::Duration retry_after{0};        // hint with a 429
  sim::Duration poll_after{0};         // hint with a 202
  sim::LogNormal processing;           // from the registration to the identity write
  sim::Duration write_retry_every{0};  // when the hub throttles or does not answer the identity write
  sim::Duration write_retry_for{0};
  WriteRetryHub write_retry_hub = WriteRetryHub::same;
  bool exclude_failed_hubs = true;
  Probe probe;
  std::vector<Enrollment> enrollments;  // [0] is "default"
};

}  // namespace provisioning
