// What DPS has counted since the end of the warm-up.
#include "models/measures/counted.hpp"
#include "models/measures/list.hpp"

namespace measures {
namespace {

class DpsTotals final : public Measure {
 public:
  explicit DpsTotals(const provisioning::Counters& counters) : now_(counters) {}
  void begin_counting(Time) override { at_warmup_ = now_; }
  void report(Report& report) const override {
    report_counted(report, "dps.", counters::difference(now_, at_warmup_));
  }

 private:
  const provisioning::Counters& now_;
  provisioning::Counters at_warmup_;
};

}  // namespace

std::unique_ptr<Measure> make_dps_totals(const Subject& subject) {
  return std::make_unique<DpsTotals>(subject.dps->counters());
}

}  // namespace measures
