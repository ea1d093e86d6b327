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
  std::uint32_t units() const { return units_; }
  std::uint32_t units_peak() const { return units_peak_; }
  // Messages of the size it gets that it takes a second, with all its units well.
  double takes_per_second() const;
  double arrival_peak() const { return arrival_peak_; }  // messages a second, of all exports together
  std::uint64_t lag() const { return stored_.count(); }  // messages that the consumer has not read
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
  virtual double let_read(Time now, double may, double there, Duration span);
  virtual void charge_read(std::uint64_t messages) { (void)messages; }
  virtual Duration longest_read() const { return Duration::max(); }  // span that is looked at as a whole
  double bytes_each() const;                                         // of a message, on average so far
  virtual double bytes_free() const;                                 // endless unless it can be full
  virtual bool readable_while_lost() const { return false; }
  // Messages that it has taken, and of which the other region has no copy.
  virtual std::uint64_t left_behind(Time lost) const;
  virtual void go_on() {}  // in the other region
  void resize(Time now, std::uint32_t units, Duration delay);
  bool resizing() const { return resize_at_ != sim::never; }
  double capacity() const { return capacity_; }  // share of its rates that a fault leaves

  Destination settings_;
  Setup setup_;
  SinkCounters counters_;

 private:
  void go_to(Time now);
  void pass(Time to);  // time, up to which nothing changes by itself
  void read(Time now);
  void read_stored();
  std::string region_;
  hub::Mode mode_ = hub::Mode::up;
  double capacity_ = 1;
  std::set<std::uint32_t> partitions_out_;
  std::set<std::size_t> arrived_;
  std::uint32_t units_, units_peak_;
  Time resize_at_ = sim::never;
  std::uint32_t resize_to_ = 0;
  Backlog stored_;      // for the consumer, if there is one
  double reading_ = 0;  // messages that may still be read at this instant
  double came_ = 0;     // messages at the instant of the last read, for the span before it
  Duration came_over_{0};
  Time read_at_{};
  std::uint64_t lag_peak_ = 0;
  std::vector<double> arriving_;  // of each sender, at its last offer
  double arrival_peak_ = 0;
  Time at_{};
};

}  // namespace exports
