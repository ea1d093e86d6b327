// The stage: SimGrid's engine and platform, the actors on it, and the agenda of whole microseconds by which
// they act.
//
// A member is an actor that decides. It blocks only in Member::wait_until and Member::exchange, which enter
// an instant in the agenda. The conductor (who carries the clients) runs everything else between two
// instants, and at an instant releases the members due there one by one, by rank, letting each settle before
// the next. A responder only answers messages; it reads what members change and is not on the agenda. Faults
// turn off hosts of responders and links between zones, never the host of a member.
#pragma once
#include <simgrid/forward.h>

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "sim/moment.hpp"
#include "sim/platform.hpp"

namespace sim {

class Stage;

// A member's place on the stage. Only its own actor calls wait_until and exchange; anyone may move a parked
// seat.
class Member {
 public:
  // Sleeps until `t` (not before the horizon, else the program aborts with this member's name). Ties: see
  // Stage.
  void wait_until(Time t, std::uint64_t key = 0);
  // Sends `request` to the responder of `mailbox` and waits for the answer; returns exactly at `deadline`,
  // with the answer if it came.
  std::optional<std::string> exchange(const std::string& mailbox, const std::string& request, Time deadline);
  // The same with many at a time; the answers in the order of the mailboxes.
  std::vector<std::optional<std::string>> exchange_all(const std::vector<std::string>& mailboxes,
                                                       const std::string& request, Time deadline);
  Time now() const;
  const std::string& name() const { return name_; }

 private:
  friend class Stage;
  Member(Stage& stage, std::string name, const Platform::Host& host, int rank);
  Stage& stage_;
  std::string name_;
  const Platform::Host& host_;
  int rank_;
  simgrid::s4u::SemaphorePtr turn_;
  std::vector<simgrid::s4u::Mailbox*> answers_;  // made when they are first needed
  std::tuple<Time, int, std::uint64_t, std::uint64_t>
      entry_;  // time, rank, key, sequence; in the agenda while parked
  bool parked_ = false;
  std::uint64_t exchanges_ = 0;
  std::uint64_t open_exchange_ = 0;  // 0: none
};

class Stage {
 public:
  // The first and only one of this process; a second aborts.
  Stage();
  ~Stage();
  Stage(const Stage&) = delete;
  Stage& operator=(const Stage&) = delete;

  // A host behind a link of the given one-way latency, in the zone of those who decide or in another. What
  // goes from zone to zone passes the link between these two, which must have one.
  void add_host(const std::string& name, Duration latency) { add_host(Platform::control, name, latency); }
  void add_host(const std::string& zone, const std::string& name, Duration latency);
  void add_zone(const std::string& name) { platform_->add_zone(name); }
  void link_zones(const std::string& a, const std::string& b, Duration latency);

  // Members due at one instant are released by (rank, key, sequence), smaller first.
  void spawn(const std::string& name, const std::string& host, int rank, std::function<void(Member&)> body);
  // Answers every message to `mailbox`; nothing is sent back when it returns no answer.
  void respond(const std::string& mailbox, const std::string& host,
               std::function<std::optional<std::string>(const std::string&)> answer);
  // Parked members only: moves the instant it waits for. `never`: until it is moved again.
  void move(Member& member, Time t, std::uint64_t key);

  // For a member in its turn. Whoever has no way to a responder gets no answer, and what is on its way is
  // lost; a responder whose host is on again answers again. Off or on already: nothing happens.
  void turn_off(const std::string& host) { platform_->turn_off(host); }
  void turn_on(const std::string& host) { platform_->turn_on(host); }
  void cut(const std::string& zone, const std::string& other) { platform_->cut(zone, other); }
  void mend(const std::string& zone, const std::string& other) { platform_->mend(zone, other); }

  // Runs until `end`: run_before(horizon) is called with each next instant of the agenda, everything of the
  // conductor's strictly before it must happen there; `at_end` runs at `end`, after its members.
  void conduct(Time end, const std::function<void(Time horizon)>& run_before,
               const std::function<void()>& at_end);

  Moment& moment() { return moment_; }
  const Moment& moment() const { return moment_; }
  static const char* version();

 private:
  friend class Member;
  struct Message;
  struct Responder {
    simgrid::s4u::Mailbox* mailbox;
    const Platform::Host* host;
  };
  using Entry = std::tuple<Time, int, std::uint64_t, std::uint64_t>;
  void park(Member& member, Time t, std::uint64_t key);
  void settle();
  void perform(Time end, const std::function<void(Time)>& run_before, const std::function<void()>& at_end);

  std::unique_ptr<simgrid::s4u::Engine> engine_;
  std::unique_ptr<Platform> platform_;
  Moment moment_;
  Time horizon_{};
  std::set<std::pair<Entry, Member*>> agenda_;
  std::vector<std::unique_ptr<Member>> members_;
  std::map<std::string, Responder> responders_;
  std::size_t active_ = 0;  // members that are neither parked nor ended
  std::uint64_t sequence_ = 0;
  simgrid::s4u::SemaphorePtr settled_;
};

}  // namespace sim
