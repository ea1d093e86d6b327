// A destination as it works: what it takes of what exports offer it, how its units follow, who reads it. One
// class for each kind of service.
#pragma once
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "models/exports/backlog.hpp"
#include "models/exports/counters.hpp"
#include "models/exports/settings.hpp"
#include "models/hub/settings.hpp"

namespace exports {

// What an export has for a destination at an instant.
struct Offer {
  std::size_t sender = 0;  // number of the export among those that feed this destination
  std::uint64_t messages = 0;
  double bytes_each = 0;
  double arriving = 0;      // messages a second that come in at the moment
  std::uint64_t fresh = 0;  // of the messages, those that came in since it last looked
  Duration span{0};         // for so long it has been sending; none if it was away
  std::uint32_t files = 1;  // that a container gets: one a partition and kind of data
  double blocks_each = 1;   // of a message, as it is billed
};

struct Admission {
  std::uint64_t messages = 0;  // taken, the oldest first
  bool busy = false;           // some were not, because of a limit
  bool full = false;           // or for want of space
};

class Sink {
 public:
  struct Setup {
    std::size_t senders = 1;
    Duration longest{0};  // the longest batch of an export that offered it
    std::function<void(Time, std::uint32_t before, std::uint32_t now)> resized{};  // told of other units
    // Of the namespace that it shares: the first in it, none for that one; senders and consumers of all of
    // them (0: there are none but its own), and how many are those of destinations before it.
    Sink* first = nullptr;
    std::size_t all_senders = 0, senders_before = 0;
    std::size_t all_readers = 0, readers_before = 0;
    std::vector<double> shares{};  // of its messages, that go to each partition; empty: evenly
    Duration into_hour{0};         // of the clock, when the run starts
  };
  Sink(const Destination& settings, const Setup& setup);
  virtual ~Sink() = default;
  Sink(const Sink&) = delete;
  Sink& operator=(const Sink&) = delete;

  const Destination& settings() const { return settings_; }
  // Its door; only while it serves.
  Admission offer(Time now, const Offer& offer);
  // How long to wait after the n-th busy answer in a row (from 1); nothing: as after any failure.
  virtual std::optional<Duration> busy_wait(std::uint32_t n) const = 0;

  void set_state(Time now, hub::Mode mode, double capacity, const std::set<std::uint32_t>& partitions_out);
  bool serves() const { return hub::serves(mode_) && partitions_out_.size() < settings_.partitions; }
  // What answers a sender on its host: nothing at all where packets vanish.
  std::optional<std::string> front_end(std::size_t sender);
  // Whether what the sender sent last has come here, though its answer may not have come back.
  void expect(std::size_t sender) { arrived_.erase(sender); }
  bool has_arrived(std::size_t sender) const { return arrived_.contains(sender); }
  // Whether it takes a message at all.
  bool takes(Time now);
  const std::set<std::uint32_t>& partitions_out() const { return partitions_out_; }
  // It goes on in another region: from a copy, or with nothing but its name and settings.
  // `lost`: when its region was.
  void fail_over(Time now, const std::string& region, Time lost);
  const std::string& region() const { return region_; }
  virtual bool spans_zones() const { return settings_.spans_zones(); }

  void advance(Time now);  // what happens by itself up to now, its consumer included
  const SinkCounters& counters() const { return counters_; }
  // When it failed over, and what it had counted by then; none if it has not.
  struct Moved {
    Time at;
    SinkCounters counted;
  };
  const std::optional<Moved>& moved() const { return moved_; }
  Time offered() const { return offered_; }  // when it was offered something last
  // Units are those of its namespace.
  std::uint32_t units() const { return first().units_; }
  std::uint32_t units_peak() const { return first().units_peak_; }
  // As they are billed, since the peaks were forgotten: the most of each clock hour that has begun; and how
  // many have.
  double unit_hours() const { return first().hours_.billed + first().hours_.most; }
  double hours_begun() const { return first().hours_.begun; }
  // Messages of the size it gets that it takes a second, with all its units well.
  double takes_per_second() const;
  double arrival_peak() const { return arrival_peak_; }  // messages a second, of all exports together
  std::uint64_t lag() const;  // messages that the consumer, of several the last, has not read
  std::uint64_t lag_peak() const { return lag_peak_; }
  void forget_peaks();

 protected:
  // How many of the messages it takes now, and takes them off its limits.
  virtual std::uint64_t admit(Time now, const Offer& offer) = 0;
  virtual double takes_per_second(double bytes_each) const = 0;
  virtual void apply_limits(Time now) = 0;  // units or capacity have changed
  virtual void look_at_units(Time now) { (void)now; }
  virtual Time next_look() const { return sim::never; }  // at its units, by itself
  // Messages a second that may be read, whoever reads. Of those that a consumer may read in a span of time,
  // and of those that there are to read, how many the limits let it; what was read is taken off them.
  virtual double egress() const { return std::numeric_limits<double>::infinity(); }
  virtual double let_read(Time now, std::size_t reader, double may, double there, Duration span);
  virtual void charge_read(std::uint64_t messages) { (void)messages; }
  virtual Duration longest_read() const { return Duration::max(); }  // span that is looked at as a whole
  double bytes_each() const;                                         // of a message, on average so far
  virtual double bytes_free() const;                                 // endless unless it can be full
  virtual bool readable_while_lost() const { return false; }
  // Messages that it has taken, and of which the other region has no copy.
  virtual std::uint64_t left_behind(Time lost) const;
  virtual void go_on(Time now) { (void)now; }  // in the other region
  void resize(Time now, std::uint32_t units, Duration delay);
  void grow(std::uint32_t units);  // at once
  bool resizing() const { return resize_.at != sim::never; }
  double capacity() const;  // share of its rates that faults leave, of any that shares the namespace
  Sink& first() { return setup_.first != nullptr ? *setup_.first : *this; }
  const Sink& first() const { return setup_.first != nullptr ? *setup_.first : *this; }
  const std::vector<const Sink*>& members() const { return members_; }  // of the namespace, told to its first
  // Messages a second that its consumers would read, what waits for them being cleared in a time.
  double reading_demand(Duration clearing) const;

  Destination settings_;
  Setup setup_;
  SinkCounters counters_;

 private:
  void go_to(Time now);
  void count_hours(Time to);
  void pass(Time to);  // time, up to which nothing changes by itself
  // What a consumer has to read, and how it comes along.
  struct Reader {
    double rate = 0;  // messages a second, at most
    Backlog stored;
    double reading = 0;  // messages that may still be read at this instant
    double came = 0;     // messages at the instant of the last read, for the span before it
    Duration came_over{0};
    Time at{};
  };
  void read(Time now, std::size_t reader);
  void read_stored(Reader& reader);
  std::string region_;
  std::optional<Moved> moved_;
  hub::Mode mode_ = hub::Mode::up;
  double capacity_ = 1;
  std::set<std::uint32_t> partitions_out_;
  std::set<std::size_t> arrived_;
  std::uint32_t units_, units_peak_;
  // Clock hours: those that are over with the most units of each, and the present one.
  struct Hours {
    double billed = 0;
    std::uint32_t most = 0, begun = 1;
    Time end{};
  } hours_;
  std::vector<const Sink*> members_;
  struct Resize {
    Time at = sim::never;
    std::uint32_t to = 0;
  } resize_;
  std::vector<Reader> readers_;  // of the consumers that are described
  std::uint64_t lag_peak_ = 0;
  std::vector<double> arriving_;  // of each sender, at its last offer
  double arrival_peak_ = 0;
  Time at_{}, offered_{};
};

}  // namespace exports
