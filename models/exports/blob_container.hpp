// A container of a storage account: files of what came since the last ones, targets of requests and ingress,
// and copies that survive the loss of a zone or a region or do not.
#pragma once
#include <deque>

#include "models/exports/sink.hpp"

namespace exports {

// A write above the targets is answered 503 (facts, export-and-devices 3). After a failover the
// account is locally redundant, and what was written within the age of the last copy is gone.
class BlobContainer final : public Sink {
 public:
  BlobContainer(const Destination& settings, const Setup& setup, const BlobFigures& figures);
  std::optional<Duration> busy_wait(std::uint32_t n) const override;
  bool spans_zones() const override { return !local_ && Sink::spans_zones(); }

 protected:
  std::uint64_t admit(Time now, const Offer& offer) override;
  double takes_per_second(double bytes_each) const override;
  void apply_limits(Time now) override;
  bool readable_while_lost() const override;
  std::uint64_t left_behind(Time lost) const override;
  void go_on() override { local_ = true; }

 private:
  struct Write {
    Time at;
    std::uint64_t messages;
  };
  const BlobFigures& figures_;
  SharedLimit requests_, ingress_;
  bool local_ = false;          // locally redundant since a failover
  std::deque<Write> unsynced_;  // those not in the other region yet
};

}  // namespace exports
