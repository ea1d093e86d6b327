// The default carrier: the conductor itself runs all clients and services from a calendar.
#include "models/device/carrier/carrier.hpp"
#include "sim/stage.hpp"

namespace device {

namespace {

class Fleet final : public Carrier {
 public:
  Fleet(sim::Stage& stage, const Workload& workload)
      : stage_(stage),
        workload_(workload),
        calendar_(workload.services + workload.devices->roster().size()) {}

  void set(sim::Entity e, Time t) override { calendar_.set(e, t); }

  void run(Time end, const std::function<void()>& at_end) override {
    stage_.conduct(
        end, [this](Time horizon) { run_before(horizon); },
        [&] {
          watch(end);
          at_end();
        });
  }

 private:
  void watch(Time now) {
    if (workload_.watch && now >= next_watch_) next_watch_ = workload_.watch(now);
  }

  void run_before(Time horizon) {
    sim::Moment& moment = stage_.moment();
    calendar_.run_before(
        horizon, [this](sim::Entity e, Time t) { return rank_of(workload_, e, t); },
        [&, this](sim::Entity e, Time now) {
          moment.now = now;
          watch(now);
          return e < workload_.services ? workload_.serve(e, now)
                                        : workload_.devices->wake(e - workload_.services, now);
        },
        [this](sim::Entity e, sim::Ahead ahead) {
          if (e < workload_.services) return;
          workload_.devices->fetch(e - workload_.services, ahead);
          if (workload_.soon) workload_.soon(e - workload_.services, ahead);
        });
    // Members act next, at the horizon: listeners see what held before them.
    moment.now = horizon;
    watch(horizon);
  }

  sim::Stage& stage_;
  Workload workload_;
  sim::Calendar calendar_;
  Time next_watch_{};
};

}  // namespace

std::unique_ptr<Carrier> make_fleet(sim::Stage& stage, const Workload& workload) {
  return std::make_unique<Fleet>(stage, workload);
}

}  // namespace device
