// Retry storms: whether the goodput is back some time after a fault is gone, and how much of the load is
// retries (definitions: docs/metrics.md). Listens only.
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "models/measures/measure.hpp"
#include "models/signals.hpp"
#include "sim/huge_pages.hpp"
#include "sim/prefetch.hpp"

namespace measures {

using sim::Duration;

struct Subject;

class Storm final : public signals::Listener, public Measure {
 public:
  // A fault is judged this long after its end; attempts that begin meanwhile are looked at.
  static constexpr Duration judged_after = std::chrono::minutes{10};
  // A storm: less than this part of the goodput is back ...
  static constexpr double kept = 0.5;
  // ... and at least half of the attempts are retries, to the nearest per cent: one retry each makes exactly
  // a half, and the edges of the time looked at must not tip it.
  static constexpr double retries = 0.495;

  struct FaultTime {
    std::string name;
    Time begin;
    Time end;  // of the run where it has none
  };
  // Incidents by number; of those of one name the worst is reported.
  // `names`: faults that may not happen at all.
  Storm(std::vector<FaultTime> faults, std::size_t devices, Time end, std::vector<std::string> names = {});

  void offline(Device, Time at, HubId hub, CauseId fault, bool planned) override;
  void failed(Device, Time start, Time at, HubId hub, signals::Error, CauseId fault) override;
  void activity(Device, Time from, signals::Activity, HubId hub) override;
  void online(Device, Time at, Time since, HubId hub) override;
  void renewed(Device, Time at, HubId hub) override;
  void joined(Device, Time at) override;
  void stopped(Device, Time at, CauseId fault, Time plan, HubId hub) override;
  void left(Device, Time at, HubId hub) override;
  void fault_began(Time at, CauseId fault) override;

  // Fetches what is known of a device of which something is likely to be told.
  void fetch(Device d) const {
    if (!state_.empty()) sim::prefetch(&state_[d]);
  }

  // Closes the books at the end of the run; then report() may be called.
  void finish(Time end) override;
  void report(Report& report) const override;

 private:
  // Devices that want service, or that had it and lost it, and how many of them have it.
  struct Share {
    std::uint64_t of = 0, served = 0;
    double value() const { return of == 0 ? 1 : static_cast<double>(served) / static_cast<double>(of); }
  };
  struct Watch {
    FaultTime time;
    CauseId incident;
    std::uint32_t order = 0;  // faults that began before it
    double before = 1;        // share of all devices that want service that had it when the fault began
    Share losers;             // devices that lost service since, to it or to no fault, a renewal aside
    bool below = false;
    Time back{};  // when the goodput last rose to what is kept
    std::optional<double> goodput;
  };
  struct Attempts {
    std::uint64_t all = 0, again = 0;
    std::uint64_t failed = 0;  // though no fault was in their way
    void add(const Attempts& o) { all += o.all, again += o.again, failed += o.failed; }
  };
  // By the doors they are made at.
  struct Load {
    Attempts hubs, dps;
    Attempts at_busier() const { return dps.all > hubs.all ? dps : hubs; }
  };

  // Whether the device is one of those that the watch looks after.
  bool loser(const Watch& watch, Device d) const {
    return lost_in_[d] > watch.order && (cause_[d] == CauseId::none || cause_[d] == watch.incident);
  }
  // Devices that want service and are without it for another incident's sake, or an operator's.
  std::uint64_t out_for_others(const Watch& watch) const;
  void count_out(CauseId cause, bool out);
  void observe(Time at);
  void look(Watch& watch, Time from, Time to) const;
  double goodput(const Watch& watch) const;
  Load* load_at(Time at);
  Attempts* attempts_at(Time at, bool dps);
  Attempts attempts(const Watch& watch) const;
  static bool of_retries(const Attempts& attempts);

  static void report_none(Report& report, const std::string& name);
  void report(Report& report, const std::string& name, const Watch& watch) const;
  bool worse(const Watch& a, const Watch& b) const;
  double severity(const Watch& watch) const;

  Time end_, now_{};
  std::vector<std::string> names_;
  ids::PerId<CauseId, Watch> watches_;      // of each incident
  std::vector<CauseId> open_;               // incidents that have begun and are not settled yet
  std::uint32_t begun_ = 0;                 // faults
  Share all_;                               // devices that want service
  sim::HugeVector<std::uint8_t> state_;     // of each device
  sim::HugeVector<CauseId> cause_;          // of each device: what it last lost service to
  ids::PerId<CauseId, std::uint64_t> out_;  // devices that are without service for it
  std::uint64_t out_of_all_ = 0;
  sim::HugeVector<std::uint32_t>
      lost_in_;              // of each device: how many faults had begun when it last lost service
  std::vector<Time> cuts_;   // begins and ends of the times looked at, ascending
  std::vector<Load> loads_;  // from each cut to the next
};

std::unique_ptr<Storm> make_storm(const Subject& subject);

}  // namespace measures
