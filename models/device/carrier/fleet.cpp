// The default carrier: the conductor itself runs all clients and services from a calendar.
#include "models/device/carrier/carrier.hpp"
#include "sim/stage.hpp"

namespace device {

namespace {

class Fleet final : public Carrier {
 public:
  Fleet(sim::Stage& stage, const Cargo& cargo)
      : stage_(stage), cargo_(cargo), calendar_(cargo.services + cargo.devices->size()) {}

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
    if (cargo_.watch && now >= next_watch_) next_watch_ = cargo_.watch(now);
  }

  void run_before(Time horizon) {
    sim::Moment& moment = stage_.moment();
    calendar_.run_before(
        horizon, [this](sim::Entity e, Time t) { return rank_of(cargo_, e, t); },
        [&, this](sim::Entity e, Time now) {
          moment.now = now;
          watch(now);
          return e < cargo_.services ? cargo_.serve(e, now) : cargo_.devices->wake(e - cargo_.services, now);
        },
        [this](sim::Entity e, sim::Ahead ahead) {
          if (e < cargo_.services) return;
          if (ahead == sim::Ahead::close) cargo_.devices->fetch(e - cargo_.services);
          if (cargo_.soon) cargo_.soon(e - cargo_.services, ahead);
        });
    // Members act next, at the horizon: listeners see what held before them.
    moment.now = horizon;
    watch(horizon);
  }

  sim::Stage& stage_;
  Cargo cargo_;
  sim::Calendar calendar_;
  Time next_watch_{};
};

}  // namespace

std::unique_ptr<Carrier> make_fleet(sim::Stage& stage, const Cargo& cargo) {
  return std::make_unique<Fleet>(stage, cargo);
}

}  // namespace device
