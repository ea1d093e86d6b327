// A kind of destination: a container of a storage account, files of what came since the last ones, targets of
// requests and ingress, and copies that survive the loss of a zone or a region or do not.
#pragma once
#include <deque>
#include <map>

#include "models/exports/destination_kind.hpp"
#include "models/exports/shared_limit.hpp"

namespace exports {

const DestinationKind& blob_storage();

// How a storage account keeps its copies.
enum class Redundancy : std::uint8_t { lrs, zrs, grs, ra_grs, gzrs, ra_gzrs };

// What a storage account has of its own.
struct BlobSettings {
  Redundancy redundancy = Redundancy::lrs;
  double requests = 0;  // that the account takes, a second
  double ingress = 0;   // and bytes
  // The same in the region that it fails over to; 0: no other.
  double requests_there = 0, ingress_there = 0;
};

struct BlobFigures {
  Duration file{0};  // one a partition in this time
  std::vector<Duration> busy_waits;
  control::Triangular failover;  // how long the account takes
  Duration sync{0};              // age of the copy in the other region
};
const BlobFigures& blob_figures();

// US dollars.
struct BlobPrices {
  std::map<Redundancy, double> writes, storage;  // ten thousand; a GB and month
};

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
  void go_on(Time now) override;

 private:
  struct Write {
    Time at;
    std::uint64_t messages;
  };
  const BlobFigures& figures_;
  BlobSettings own_;
  SharedLimit requests_, ingress_;
  bool local_ = false;          // locally redundant since a failover
  std::deque<Write> unsynced_;  // those not in the other region yet
};

}  // namespace exports
