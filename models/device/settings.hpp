// A group of equal devices, as the user describes it.
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "models/device/behaviour.hpp"
#include "models/device/profile.hpp"
#include "models/network/settings.hpp"
#include "models/provisioning/settings.hpp"

namespace device {

// Of a scenario: each has ways to each hub, which take memory.
inline constexpr std::size_t most_groups = 10'000;

// Device i of n joins, or leaves, at start + i over / n.
struct Joins {
  Duration start{0};
  Duration over{0};  // zero: all at once

  Duration of(std::uint32_t i, std::uint32_t n) const {
    return start + Duration{static_cast<std::int64_t>(static_cast<double>(over.count()) / n * i)};
  }
};

struct Telemetry {
  Duration every{0};
  std::uint64_t bytes = 0;
  bool synchronised = false;  // phase uniform below `jitter`, else over the period
  Duration jitter{0};
  double flush = 0;  // messages a second while it sends what it kept
  Profile profile;
  std::vector<Surge> surges;
};

// Reported properties: twin updates.
struct Properties {
  Duration every{0};
  std::uint64_t bytes = 0;
};

// Commands that a device is sent: direct methods.
struct Commands {
  Duration every{0};
  std::uint64_t bytes = 0;
  std::uint64_t response = 0;
};

// How long a device takes to boot: uniform, drawn at each boot.
struct Boot {
  Duration from{0};
  Duration to{0};
};

// Where a device keeps what it cannot send: in memory, which is empty when it starts again, or in flash.
enum class Storage : std::uint8_t { memory, flash };

struct Group {
  std::string name;
  std::uint32_t devices = 0;
  std::string region;
  network::Access access;
  Behaviour client;           // return_to_dps and on_dps_failure of the group already applied
  double never_recovers = 0;  // share of devices that are lost once cut off
  provisioning::Attestation credentials = provisioning::Attestation::sas;
  std::string enrollment = "default";
  bool edge = false;                // IoT Edge: never moves to another hub
  provisioning::Approval approval;  // of devices that join
  std::optional<Joins> joins;       // absent: an established fleet
  std::optional<Joins> leaves;
  std::uint32_t buffer = 0;  // messages kept while not connected, oldest dropped first
  Storage storage = Storage::memory;
  Boot boot;
  Telemetry telemetry;
  std::optional<Properties> properties;
  std::optional<Commands> commands;
};

}  // namespace device
