// How many devices are in which state at the end of the run.
#include "models/measures/list.hpp"
#include "models/measures/service_history.hpp"

namespace measures {
namespace {

class DeviceStates final : public Measure {
 public:
  explicit DeviceStates(const Subject& subject)
      : devices_(*subject.devices),
        dps_(*subject.dps),
        hubs_(*subject.hubs),
        service_history_(*subject.service_history),
        end_(subject.end) {}
  void report(Report& report) const override;

 private:
  // Why a device asks a hub in vain though another would serve it.
  enum class Stuck : std::uint8_t { no, down, moved, gone };
  Stuck stuck(Device d) const;
  const device::Devices& devices_;
  const provisioning::Service& dps_;
  const hub::Hubs& hubs_;
  const ServiceHistory& service_history_;
  Time end_;
};

// It asks a hub that will not serve it, while another would.
DeviceStates::Stuck DeviceStates::stuck(Device d) const {
  const device::Client& c = devices_.roster().clients()[d];
  const bool asks_hub = c.state == device::State::dialing || c.state == device::State::unanswered ||
                        c.state == device::State::handshaking || c.state == device::State::undetected ||
                        c.state == device::State::resuming;
  if (!asks_hub || dps_.access().blocked(d) || devices_.roster().group_of(d).group->edge) return Stuck::no;
  const bool moved = dps_.identity(d, c.hub) == hub::Identity::disabled;
  if (!moved && service_history_.view(c.group, c.hub) != ServiceHistory::Prospect::alternative)
    return Stuck::no;
  if (!hubs_[c.hub]->exists()) return Stuck::gone;
  return moved && hubs_[c.hub]->serves() ? Stuck::moved : Stuck::down;
}

void DeviceStates::report(Report& report) const {
  std::uint64_t connected = 0, lost = 0, left = 0, stuck = 0, moved = 0, gone = 0;
  std::uint64_t blocked = 0, waiting = 0, edge = 0, edge_connected = 0;
  for (Device d = 0; d < devices_.roster().size(); ++d) {
    const device::State state = devices_.roster().clients()[d].state;
    const device::Group& group = *devices_.roster().group_of(d).group;
    const bool here = state != device::State::gone, barred = dps_.access().blocked(d);
    connected += state == device::State::connected;
    lost += state == device::State::lost;
    left += !here;
    blocked += here && barred;
    waiting += here && !barred && dps_.access().waits(d, group.approval, end_);
    edge += group.edge;
    edge_connected += group.edge && state == device::State::connected;
    const Stuck how = this->stuck(d);
    stuck += how != Stuck::no;
    moved += how == Stuck::moved;
    gone += how == Stuck::gone;
  }
  const auto put = [&](const char* name, std::uint64_t n) {
    report.values[name] = {"devices", static_cast<double>(n), std::nullopt, std::nullopt};
  };
  put("devices.total", devices_.roster().size());
  put("devices.connected", connected);
  put("devices.lost", lost);
  put("devices.left", left);
  put("devices.stuck", stuck);
  put("devices.stuck_moved", moved);
  put("devices.stuck_gone", gone);
  put("devices.blocked", blocked);
  put("devices.waiting_for_approval", waiting);
  put("devices.edge_total", edge);
  put("devices.edge_connected", edge_connected);
}

}  // namespace

std::unique_ptr<Measure> make_device_states(const Subject& subject) {
  return std::make_unique<DeviceStates>(subject);
}

}  // namespace measures
