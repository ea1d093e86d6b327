// The daily quota of a hub: what it has metered, and when the quota is used up.
#pragma once
#include "models/hub/requests.hpp"
#include "sim/time.hpp"

namespace hub {

class Quota {
 public:
  explicit Quota(double blocks) : blocks_(blocks) {}  // a day (UTC)
  void set(double blocks) { blocks_ = blocks; }       // what is used of it stays used
  // A new day begins; `used` blocks of it are gone already.
  void begin_day(double used) { used_ = used; }
  double blocks() const { return blocks_; }
  double used() const { return used_; }  // blocks of today
  double left() const { return blocks_ - used_; }
  bool used_up() const;

  // What was served, of whatever kind: what is refused costs nothing, whenever that happens.
  void meter(const Content& served) {
    used_ += served.blocks;
    metered_ += served;
  }
  // A twin read of so many blocks. Reads come one by one, and ends() reckons with no more of them than a
  // share of what is left: whether one more is beyond these, and ends() has to be asked again.
  bool is_unforeseen(double blocks) const { return unforeseen_from_ < blocks; }
  void read(double blocks);
  const Content& metered() const { return metered_; }  // since construction

  // It was used up for so long, or not.
  void pass(sim::Duration time) {
    if (used_up()) without_ += time;
  }
  sim::Duration without() const { return without_; }

  // When it is used up at so many blocks a second from `at` on, or before that, when reads could have brought
  // the end nearer; never if it is used up.
  sim::Time ends(sim::Time at, double blocks_a_second);

 private:
  double blocks_;
  double used_ = 0;
  Content metered_;
  bool any_reads_ = false;
  double unforeseen_from_ = 0;  // blocks of reads that may yet come before ends() is asked again
  sim::Duration without_{0};
};

}  // namespace hub
