// All devices of the application: their records, and the client state machine that each of them runs. A
// client does not know who carries it: wake(now) does what is due and says when to wake it next.
#pragma once
#include <cstdint>
#include <map>
#include <unordered_map>
#include <vector>

#include "models/device/by_hub.hpp"
#include "models/device/client.hpp"
#include "models/device/members.hpp"
#include "models/device/pings.hpp"
#include "models/device/sequences.hpp"
#include "models/device/settings.hpp"
#include "models/hub/hub.hpp"
#include "models/network/network.hpp"
#include "models/provisioning/service.hpp"
#include "models/purpose.hpp"
#include "models/signals.hpp"
#include "sim/huge_pages.hpp"
#include "sim/prefetch.hpp"

namespace device {

// How the devices of a group reach a service, and what they see on the way to it.
struct Route {
  network::Path path;
  hub::Mode mode = hub::Mode::up;  // or refuse, or silent: the service is not reached
  CauseId fault{};                 // that decides it
};

// A group of equal devices as it is in a run: its settings and what follows from them.
struct RunGroup {
  const Group* group = nullptr;
  std::uint64_t key = 0;          // hash of the group's name
  Device first = 0;               // its devices are first ... first + devices - 1
  std::size_t enrollment = 0;     // index of its enrollment group
  Duration renewal{0};            // zero for X.509
  ids::PerId<HubId, Route> hubs;  // to each hub
  Route dps;
  ids::PerId<HubId, Duration> latency;  // to each hub, for lowest latency
  std::optional<Pace> pace;             // of its message clocks, unless it is that of time
};

using RunGroups = ids::PerId<GroupId, RunGroup>;  // in order of name

class Devices final : public hub::Peer, public provisioning::Registrants {
 public:
  struct Dependencies {
    hub::Hubs hubs;
    provisioning::Service* dps = nullptr;
    const sim::Streams* streams = nullptr;
    const signals::Board* board = nullptr;
    network::Constants distance;
  };
  // Entities of the calendar: device d is first_entity + d.
  Devices(const Dependencies& needs, RunGroups groups, sim::Entity first_entity, bool parking);
  void attach(hub::Wakes& wakes) { wakes_ = &wakes; }

  // Before time zero: places established fleets and sets everybody's first wake-up.
  void begin();
  // The end of the run: attempts that parked devices made by then are counted.
  void finish(Time end);

  Time wake(Device device, Time now);
  // Fetches the record of a device that is likely to be woken soon.
  void fetch(Device device) const {
    sim::prefetch(&clients_[device]);
    dps_.fetch(device);
  }
  // Orders devices due at one instant: a keyed hash, so that nobody wins every synchronised round.
  std::uint64_t rank(Device device, Time t) const;

  void accepted(Device device, Time deadline, Time now) override;
  void dropped(Device device, Time deadline, Time now) override;
  void reset(Device device, Time deadline, Time now) override;
  void swallowed(Device device, Time deadline, Time now) override;
  void removed(Device device, HubId hub, Time now) override;
  void disabled(Device device, HubId hub, CauseId cause, Time now) override;
  void before_hub_change(HubId hub, Time now) override;
  void after_hub_change(HubId hub, Time now) override;
  // DPS is about to serve otherwise, and does so.
  void before_dps_change(Time now);
  void after_dps_change(Time now);
  // The routes of a group of devices to these hubs, or to DPS (none), are others.
  void set_routes(Time now, GroupId kind, const std::vector<std::pair<HubId, Route>>& routes);
  // The name of the hub leads to another address from now on; devices are given the old one for a while,
  // where they meet `old`.
  void move_address(Time now, HubId hub, const hub::NameService& names, hub::Mode old, CauseId fault);
  // The power of a group is cut by `fault`, or is back (none).
  void set_power(Time now, GroupId group, CauseId fault);
  // The connections of a hub that spans its region's zones which come in through this one of those that were
  // `there` (0, 1, 2) are closed.
  void close_zone(Time now, HubId hub, std::uint32_t zone, const std::vector<std::uint32_t>& there,
                  CauseId fault);
  void message_refused(HubId hub, GroupId group, Time now) override;
  void twin_answered(Device device, Time asked, Time now, bool served) override;
  void quota_changed(HubId hub, bool used_up, Time now) override;
  provisioning::Registrant registrant(Device device) const override;
  void operation_held(Device device, Time now, bool held) override;
  void before_assignment(Device device, Time now) override;
  void after_assignment(Device device, Time now) override;

  std::size_t size() const { return clients_.size(); }
  const sim::HugeVector<Client>& clients() const { return clients_; }
  const RunGroups& run_groups() const { return run_groups_; }
  const RunGroup& run_group(Device device) const { return run_groups_.known(clients_[device].group); }
  std::uint64_t key(Device device) const {
    const RunGroup& k = run_group(device);
    return sim::mix(k.key, device - k.first);
  }
  MessageClock message_clock(Device device) const;
  const Members& members() const { return members_; }
  std::uint64_t events() const { return events_; }
  std::uint64_t parked_attempts() const { return parked_attempts_; }

 private:
  // One step of the state machine at c.next; it leaves the next contact in c.next.
  void contact(Device d, Client& c, Time now);
  void join(Device d, Client& c, Time now);
  // When it leaves for good; never if it does not, or has left.
  Time departure(Device d, const Client& c) const {
    const auto& leaves = run_groups_.known(c.group).group->leaves;
    return leaves && c.state != State::gone ? departure_of(d, *leaves) : sim::never;
  }
  Time departure_of(Device d, const Joins& leaves) const;
  void leave(Device d, Client& c, Time now);
  // When something ends what it does, whatever that is: its leaving, or its watchdog.
  Time interruption(Device d, const Client& c) const {
    const Time departs = departure(d, c);
    return watchdogs_.empty() ? departs : std::min(departs, watchdog(d));
  }
  void renew(Device d, Client& c, Time now);
  void dial(Device d, Client& c);
  void shake_hands(Device d, Client& c, Time now);
  hub::Answer knock(Device d, const Client& c, Time now);
  void answered(Device d, Client& c, Time now, hub::Answer answer);
  void online(Device d, Client& c, Time now);
  void plan_renewal(Device d, Client& c, Time send);
  // Whether it hears that its hub closes the connection.
  static bool hears_hub(const Client& c) { return c.state == State::connected || c.state == State::resuming; }
  Time next_renewal(Device d, const Client& c, Time now);

  // Losing the hub and deciding what to do about it (reconnect.cpp).
  void cut(Device d, Client& c, Time now, CauseId fault);
  void black_hole(Device d, Client& c, Time now);
  Pings pings(Device d, const Client& c) const {
    return {behaviour(c).detection, message_clock(d), c.opened()};
  }
  Time notices(Device d, const Client& c, Time vanish) const;
  Time hub_waits_until(Device d, const Client& c) const;
  void reachable_again(Device d, Client& c, Time now);
  void resume(Device d, Client& c, Time now);
  void live_on(Device d, Client& c, Time now);
  void hub_failed(Device d, Client& c, Time at, signals::Error error);
  void react(Device d, Client& c, Time at, signals::Error error);
  void retry(Device d, Client& c, Time at, signals::Error error, bool rejected);
  void retry_messages(Device d, Client& c, Time at, signals::Error error, bool rejected);
  void await_message(Device d, Client& c, Time at);
  bool rule_says_dps(Device d, const Client& c, Time at) const;
  Time trying_since(const Client& c) const;
  Time return_time(Device d, const Client& c) const;
  bool returns_by(Device d, const Client& c, Time t) const;
  void dial_at(Device d, Client& c, Time t, const sim::Draw& drawn);
  // The clock and the random numbers of a process (RetryKind::sdk_c).
  Time created(Device d) const;
  Time tick(Device d, Time t) const;
  Duration tick_wait(Device d, const Client& c);
  void give_up(Device d, Client& c, Time at);

  // Connections on which too little is sent (idle.cpp).
  Time opened_before(Device d, const Client& c) const;
  Time closed_as_idle(Device d, const Client& c, Time from) const;
  void watch_idle(Device d, Client& c, Time from) {
    if (seldom_sends(c)) plan_idle_close(d, c, from);
  }
  bool seldom_sends(const Client& c) const {
    const Behaviour& b = behaviour(c);
    return longest_between_pings(b.detection) > hub_patience(b.keep_alive);
  }
  void plan_idle_close(Device d, Client& c, Time from);
  bool idle_closes(Device d, Time now);

  // The device twin after a connect (on_connect.cpp).
  struct TwinRequests {
    std::uint32_t left = 0;  // reads
    Duration rtt{0};
    Time asked{};           // of a read that the hub's throttle holds
    Time due = sim::never;  // when it asks again; never while a read is held
    Time heard{};           // the earliest at which all can be answered
  };
  void begin_twin_requests(Device d, Client& c, Time now, Duration rtt);
  void read_twin(Device d, Client& c, Time now, TwinRequests requests);
  void twin_read(const Client& c, Time now, TwinRequests& requests);
  bool refused_read(Device d, const Client& c, Time now, TwinRequests& requests);
  Time next_twin_read(Device d) const;
  bool reads_twin_again(Device d, Client& c, Time now);

  // Telemetry (sending.cpp).
  bool has_messages(const Client& c) const;
  std::uint64_t kept(Device d, Time since, Time now) const;
  Time next_publish(Device d, const Client& c, Time now) const;
  void begin_sending();
  void start_sending(Device d, Client& c, Time now);
  void stop_sending(Device d, Client& c, Time from, Time now);
  void publish_refused(Device d, Client& c, Time now);
  void give_back(HubId hub, GroupId group, const sim::Draw& u);
  // A publish is on its way to a hub without quota; its instant is phase_start.
  bool refused_soon(const Client& c) const {
    return c.state == State::connected && !c.sending && has_messages(c) && hub_of(c).out_of_quota();
  }

  // Requests without an answer (unanswered.cpp).
  struct View;
  Duration tcp_limit(const Client& c) const;
  Duration patience(const Client& c) const;
  void leave_unanswered(Client& c, const View& view, bool opens);
  CauseId kept_away(Device d, const View& view);
  void note_kept_away(Device d, const Client& c);
  Time arrival_of_unheard(const Client& c, Time now) const;
  bool went_to_old_address(Device d, const Client& c) const;
  void heard_again(Device d, Client& c, Time now);

  // Programs that stop and start again (power.cpp).
  Time watchdog(Device d) const;
  void wind_watchdog(Device d, const Client& c, Time at);
  void lose_power(Device d, Client& c, Time now, CauseId fault);
  void drop_connection(Device d, Client& c, Time now, CauseId fault);
  void stop(Device d, Client& c, Time now, CauseId fault);
  void boot(Device d, Client& c, Time now);
  void restart(Device d, Client& c, Time now);
  void start(Device d, Client& c, Time now);
  void try_hub(Device d, Client& c, Time t, const sim::Draw& drawn);
  Time kept_through(Device d, const Client& c, Time now) const;
  bool expects(const Client& c, Time deadline) const;

  // The DPS phase (enrolment.cpp).
  void to_dps(Device d, Client& c, Time at) { to_dps(d, c, at, draw(d, c, purpose::attempt)); }
  void to_dps(Device d, Client& c, Time at, const sim::Draw& drawn);
  void dps_again(Device d, Client& c, Time at);
  Time next_phase(Device d, Client& c, Time at, const sim::Draw& drawn);
  void leave_hub(Device d, Client& c, Time at);
  bool retried_hub(Device d, const Client& c) const;
  void retry_hub(Device d, Client& c, Time at);
  void request_dps(Device d, Client& c, Time t, int trips, const sim::Draw& drawn);
  void enrol(Device d, Client& c, Time now);
  void poll(Device d, Client& c, Time now);
  void plan_poll(Device d, Client& c, Time t);
  void dps_phase_failed(Device d, Client& c, Time at, signals::Error error, CauseId fault = CauseId::none);
  bool dps_is_away(Device d, Client& c, Time now);
  void told_to_come_back(Device d, Client& c, Time heard, signals::Error error, CauseId fault);
  bool hung_up(const Client& c) const;
  bool cycles_exhausted(const Client& c) const;
  Duration hint(const Behaviour& behaviour, Duration given) const;
  Duration answer_limit(const Client& c, bool polls) const;

  // Parking (parking.cpp).
  Time wake_time(Device d, Client& c);
  bool certain(Device d, const Client& c) const;
  bool hub_is_away(Device d, const Client& c) const;
  Time parked_until(Device d, const Client& c) const;
  bool goes_on(Device d, const Client& c) const;
  Time leave_time(Device d, const Client& c) const;
  void catch_up(Device d, Client& c, Time until);

  const Behaviour& behaviour(const Client& c) const { return run_groups_.known(c.group).group->client; }
  hub::Identity identity(Device d, const Client& c) const { return dps_.identity(d, c.hub); }
  CauseId disabled_by(Device d) const { return disabled_by_.empty() ? CauseId::none : disabled_by_[d]; }
  hub::Hub& hub_of(const Client& c) const { return *hubs_.known(c.hub); }
  const Route& route(const Client& c) const { return run_groups_.known(c.group).hubs.known(c.hub); }
  // What a device sees of its hub, and of DPS: the state of the service, or that of the way to it if it is
  // graver.
  struct View {
    hub::Mode mode;
    CauseId fault;
  };
  View hub_view(Device d, const Client& c) const {
    const Route& way = route(c);
    const hub::Hub& hub = hub_of(c);
    const Address& address = addresses_.known(c.hub);
    if (now_ < address.known_to_all && way.mode <= address.old && now_ < given_address(d, c.hub))
      return {address.old, address.fault};
    return way.mode > hub.mode() ? View{way.mode, way.fault} : View{hub.mode(), hub.fault()};
  }
  View dps_view(const Client& c) const {
    const Route& way = run_groups_.known(c.group).dps;
    return way.mode > dps_.mode() ? View{way.mode, way.fault} : View{dps_.mode(), dps_.fault()};
  }
  // Of a hub's name, since it last moved.
  struct Address {
    Time moved{}, known_to_all{};
    hub::NameService names;
    hub::Mode old = hub::Mode::up;
    CauseId fault;
    std::uint32_t moves = 0;
  };
  Time given_address(Device d, HubId hub) const;
  void leave_parking(Device d, Time now);
  void see_change(Device d, Time now);
  template <class Do>
  void each_of(HubId hub, const Do& act) {  // act(device) for those with the name of the hub
    by_hub_.each(hub, [&](Device d) {
      if (clients_[d].hub == hub) act(d);
    });
  }
  void set_hub(Device d, Client& c, HubId hub) {
    by_hub_.move(d, c.hub, hub);
    c.hub = hub;
  }
  sim::Draw draw(Device d, Client& c, sim::Purpose why) { return streams_.draw(key(d), why, c.draws++); }
  void draw_trip(Device d, Client& c, const network::Path& path, int trips, Duration extra = Duration{0});
  static void set_trip(Client& c, const network::Exchange& drawn, Duration extra = Duration{0});
  bool doomed(Device d, const Client& c) const;
  Time tick_after(Time t) const { return std::max(t, now_ + Duration{1}); }
  template <auto method, class... Args>
  void tell(const Args&... args) const {
    board_.tell<method>(args...);
  }
  void set_wake(Device d, Client& c) { wakes_->set(first_entity_ + d, wake_time(d, c)); }

  hub::Hubs hubs_;
  provisioning::Service& dps_;
  const sim::Streams& streams_;
  const signals::Board& board_;
  network::Constants distance_;
  RunGroups run_groups_;
  sim::HugeVector<Client> clients_;
  std::unordered_map<Device, Sequences>
      sequences_;    // of clients whose sends make them connect, while offline; never iterated
  Members members_;  // who sends to which hub
  ByHub by_hub_;     // who has the name of which hub
  std::unordered_map<Device, Time> idle_until_;  // when their hub closes the connection; never iterated
  std::unordered_map<Device, TwinRequests> twin_requests_;  // of connections; never iterated
  std::unordered_map<Device, Time> held_since_;             // where not since lost_at; never iterated
  sim::HugeVector<Time> flushed_;     // when what each kept is sent; empty while nobody kept any
  std::uint32_t refused_ = 0;         // messages
  sim::HugeVector<Time> token_made_;  // of each device; empty while all make one at each connect
  std::vector<std::uint32_t>
      jitters_;  // of each device: how often its process drew one; empty while none did
  // DPS phases since the last connection, where the waits between them have a policy of their own.
  struct Cycle {
    std::uint32_t failed = 0;  // those without a connection
    bool assigned = false;     // the last one gave a hub
    Time began{};              // the last
    Duration wait{0};          // after the last
  };
  std::unordered_map<Device, Cycle> cycles_;    // never iterated
  std::unordered_map<Device, Time> watchdogs_;  // when they restart their devices; never iterated
  ids::PerId<GroupId, CauseId> dark_;           // groups without power, and why
  // When the program of a device last started, if it ever did in the run; its boots are numbered.
  struct Process {
    Time start = Time::min();
    std::uint32_t boots = 0;
    bool cold = false;  // it has not been connected since
  };
  sim::HugeVector<Process> processes_;           // of each device; empty until one boots
  std::unordered_map<Device, CauseId> kept_by_;  // who waited for an answer as things changed; never iterated
  std::vector<CauseId> disabled_by_;             // of each device: the last action; empty while there is none
  ids::PerId<HubId, Address> addresses_;
  sim::Entity first_entity_;
  hub::Wakes* wakes_ = nullptr;
  bool parking_;
  Time now_{};
  std::uint64_t events_ = 0;
  std::uint64_t parked_attempts_ = 0;
};

}  // namespace device
