// All measures of a run: made once, told when counting begins and when the run is over, asked for what they
// report. A measure is added in models/measures/list.hpp.
#pragma once
#include <memory>
#include <vector>

#include "models/measures/balance.hpp"
#include "models/measures/export_totals.hpp"
#include "models/measures/messages.hpp"
#include "models/measures/recovery.hpp"
#include "models/measures/sampler.hpp"
#include "models/measures/scaling.hpp"
#include "models/measures/service_history.hpp"
#include "models/measures/storm.hpp"
#include "models/measures/subject.hpp"
#include "sim/calendar.hpp"

namespace application {

class Statistics {
 public:
  // Measures listen to the board of the subject from now on.
  explicit Statistics(measures::Subject subject);

  // Called before what happens at `now`; returns the instant from which it wants to be called again. Counting
  // begins at the end of the warm-up.
  sim::Time watch(sim::Time now);
  // Fetches what measures keep of a device that is likely to be woken.
  void fetch(device::Device device, sim::Ahead ahead) const {
    if (ahead == sim::Ahead::close) return recovery_->fetch_record(device);
    recovery_->fetch_index(device);
    storm_->fetch(device);
  }
  // Once, at the end of the run.
  void finish();
  void report(measures::Report& report) const;

  const measures::Balance& balance() const { return *balance_; }
  const measures::Messages& messages() const { return *messages_; }

 private:
  template <class M>
  M* keep(std::unique_ptr<M> measure);
  void begin_counting();

  measures::Subject subject_;
  bool counting_ = false;
  std::unique_ptr<measures::ServiceHistory> service_history_;
  std::vector<std::unique_ptr<measures::Measure>> measures_;
  measures::Recovery* recovery_;
  measures::Storm* storm_;
  measures::Balance* balance_;
  measures::Messages* messages_;
  measures::Monthly* monthly_;
  measures::Sampler* sampler_;
};

}  // namespace application
