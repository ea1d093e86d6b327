// The reference carrier: every client and every service is a SimGrid actor that waits on the stage's agenda.
// Slow, and independent of the calendar.
#include <vector>

#include "models/device/carrier/carrier.hpp"
#include "sim/stage.hpp"

namespace device {

namespace {

constexpr int entity_rank = 1000;  // after all members that act on their own
constexpr const char* host = "the carrier";

class ActorPerDevice final : public Carrier {
 public:
  ActorPerDevice(sim::Stage& stage, const Workload& workload)
      : stage_(stage),
        workload_(workload),
        due_(workload.services + workload.devices->roster().size(), sim::never),
        seat_(due_.size()) {
    stage_.add_host(host, Duration{1});
  }

  void set(sim::Entity e, Time t) override {
    due_[e] = t;
    if (seat_[e] != nullptr) stage_.move(*seat_[e], t, rank_of(workload_, e, t));
  }

  void run(Time end, const std::function<void()>& at_end) override {
    for (sim::Entity e = 0; e < due_.size(); ++e)
      stage_.spawn("entity " + std::to_string(e), host, entity_rank,
                   [this, e](sim::Member& me) { live(e, me); });
    stage_.conduct(
        end, [this](Time horizon) { watch(horizon); },
        [&] {
          watch(end);
          at_end();
        });
  }

 private:
  void live(sim::Entity e, sim::Member& me) {
    seat_[e] = &me;
    for (;;) {
      me.wait_until(due_[e], rank_of(workload_, e, due_[e]));
      const Time now = me.now();
      due_[e] = sim::never;
      due_[e] = e < workload_.services ? workload_.serve(e, now)
                                       : workload_.devices->wake(e - workload_.services, now);
    }
  }

  void watch(Time now) {
    if (workload_.watch && now >= next_watch_) next_watch_ = workload_.watch(now);
  }

  sim::Stage& stage_;
  Workload workload_;
  std::vector<Time> due_;
  std::vector<sim::Member*> seat_;
  Time next_watch_{};
};

}  // namespace

std::unique_ptr<Carrier> make_actor_per_device(sim::Stage& stage, const Workload& workload) {
  return std::make_unique<ActorPerDevice>(stage, workload);
}

}  // namespace device
