// How evenly devices are spread over the hubs, and how many are connected. Listens only.
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "models/measures/measure.hpp"
#include "models/measures/service_history.hpp"

namespace measures {

// Jain's fairness index (Jain, Chiu, Hawe 1984) of non-negative values: (sum x)^2 / (n sum x^2), 1/n to 1.
// All zero: 1.
double jain(const std::vector<double>& x);
// Largest over mean; 1 when all are zero or there are none.
double max_to_mean(const std::vector<double>& x);
// Population standard deviation over mean; 0 when all are zero or there are none.
double variation(const std::vector<double>& x);

struct Subject;

class Balance final : public signals::Listener, public Measure {
 public:
  struct HubInfo {
    std::string name;
    double weight;
    bool there = true;   // at some time
    bool exists = true;  // now
    bool used = true;    // allocation may use it, or might before: it does not only stand by
  };
  // Devices from `first` up to `end` that never move: IoT Edge. Balance is about the others.
  struct Fixed {
    Device first, end;
  };
  // Peaks count from `warmup` on, while enough of the `devices` that may move are connected for them to mean
  // anything.
  Balance(ids::PerId<HubId, HubInfo> hubs, const ServiceHistory& service_history, Time warmup,
          std::vector<Fixed> fixed = {}, std::size_t devices = 0);

  void offline(Device, Time at, HubId hub, CauseId fault, bool planned) override;
  void online(Device, Time at, Time since, HubId hub) override;
  void left(Device, Time at, HubId hub) override;
  void assigned(Device, Time at, HubId from, HubId to) override;
  void hub_allocatable(Time at, HubId hub, bool allocatable) override;
  void hub_sized(Time at, HubId hub, const signals::Size& size) override;

  std::uint64_t connected() const { return total_; }
  std::uint64_t connected(HubId hub) const { return connected_[hub]; }
  std::uint64_t provisioned(HubId hub) const { return provisioned_[hub]; }
  void finish(Time end) override { observe(end); }
  void report(Report& report) const override;

 private:
  using Counts = ids::PerId<HubId, std::uint64_t>;
  void observe(Time at);
  bool moves(Device d) const;
  bool allocatable(HubId hub) const { return service_history_.allocatable(hub); }
  bool counts(HubId hub) const;
  std::uint64_t enough(std::uint64_t hubs) const;
  std::vector<double> by_weight(const Counts& counts, bool all) const;
  void report_set(Report& report, const std::string& prefix, const Counts& counts) const;
  ids::PerId<HubId, HubInfo> hubs_;
  const ServiceHistory& service_history_;
  Time warmup_, at_{};
  std::vector<Fixed> fixed_;
  std::size_t devices_;
  Counts connected_, provisioned_;                  // of each hub, all devices
  Counts movable_connected_, movable_provisioned_;  // those that can move
  std::uint64_t total_ = 0;
  double peak_ = 1;
  bool changed_ = false;
};

std::unique_ptr<Balance> make_balance(const Subject& subject);

}  // namespace measures
