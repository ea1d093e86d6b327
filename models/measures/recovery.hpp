// Recovery episodes: who lost service to which fault, when it was back, and where the time went (definitions:
// docs/metrics.md). Listens only.
#pragma once
#include <array>
#include <boost/container/small_vector.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "models/measures/catalog.hpp"
#include "models/measures/measure.hpp"
#include "models/measures/returns.hpp"
#include "models/measures/service_history.hpp"
#include "models/measures/struck.hpp"
#include "sim/quantiles.hpp"
#include "sim/sparse.hpp"

namespace measures {

// The wait parts; see wait_parts() for their names.
enum class WaitPart : std::uint8_t {
  detection,
  stuck,
  service_down,
  network,
  hub_queue,
  dps_throttle,
  dps_processing,
  backoff,
  no_power,
  boot,
};
inline constexpr std::size_t part_count = 10;
// The last two are rare: records have no room for them.
inline constexpr std::size_t common_parts = 8;

struct Subject;
class Episodes;

class Recovery final : public signals::Listener, public Measure {
 public:
  // An incident of a fault; or what IoT Central or an operator does that cuts devices off, which may begin
  // several times.
  struct FaultTime {
    std::size_t tally = 0;  // index of its name
    Time begin;             // of an action: the latest
    Time end;               // of the run where it has none; of an action: the latest begin
    bool action = false;
    Time first = sim::never;  // of an action: the first begin
    bool cuts_off = true;     // else it has a number and no episodes
  };
  struct Setup {
    std::vector<std::string> names;  // of what is counted: faults, whether they happen or not, and actions
    ids::PerId<CauseId, FaultTime> faults;
    ids::PerId<GroupId, std::string> groups;
    ids::PerId<GroupId, bool> readies;  // its devices do something after a connect; none, unless given
    bool readies_itself(GroupId group) const { return !readies.empty() && readies.known(group); }
    ids::PerId<GroupId, bool> fixed;  // no other hub helps its devices (IoT Edge); none, unless given
    bool stays(GroupId group) const { return !fixed.empty() && fixed.known(group); }
    std::size_t devices = 0;
    std::function<GroupId(Device)> group_of;
    std::vector<Within> within;
    const ServiceHistory* service_history = nullptr;
    const Time* now = nullptr;  // the present instant: what lies before it is settled
    Time end = sim::never;      // of the run: what a device would hear after it, it does not hear
  };
  explicit Recovery(Setup setup);
  // From now on each episode that ends is told to `episodes`, which outlives this.
  void tell(Episodes& episodes) { episodes_ = &episodes; }

  void offline(Device, Time at, HubId hub, CauseId fault, bool planned) override;
  void failed(Device, Time start, Time at, HubId hub, signals::Error, CauseId fault) override;
  void activity(Device, Time from, signals::Activity, HubId hub) override;
  void online(Device, Time at, Time since, HubId hub) override;
  void ready(Device, Time at) override;
  void action_began(Time at, CauseId action) override;
  void moved(Device, Time at, HubId hub, CauseId action) override;
  void misled(Device, HubId hub, Time from, Time until) override;
  void chosen_in_vain(Device, Time at, HubId hub, bool stays) override;
  void operated(Device, Time at, signals::Operation, CauseId action) override;
  void stopped(Device, Time at, CauseId fault, Time plan, HubId hub) override;
  void assigned(Device, Time at, HubId from, HubId to) override;
  void left(Device, Time at, HubId hub) override;

  // Fetches what leads to the record of a device of which something is likely to be told; and then the
  // record.
  void fetch_index(Device d) const { records_.fetch_index(d); }
  void fetch_record(Device d) const { records_.fetch(d); }

  // Closes the books at the end of the run; then report() may be called.
  void finish(Time end) override;
  void report(Report& report) const override;

 private:
  struct Segment {
    Time from;
    HubId hub;
    signals::Activity activity;
  };
  static constexpr std::size_t segments_kept = 4;
  // A device without service, in three cache lines. It becomes an episode when a fault owns it.
  struct alignas(64) Record {
    boost::container::small_vector<Segment, segments_kept> segments;  // not yet accounted for, by time
    Device device = 0;
    CauseId fault;  // the incident that owns it
    std::array<Duration, common_parts> parts{};
    Time lost{};
    bool had_service = false;
    GroupId group;
    std::uint32_t prolonged = 0;  // the incidents that prolong it: link + 1, 0 if there are none
    Time begin{};
    std::uint32_t attempts = 0, registrations = 0;  // requests to a hub, and to be registered, since `lost`
  };
  static_assert(sizeof(Record) == 192);
  // Of a list of incidents that prolong an episode.
  struct Link {
    CauseId fault;
    std::uint32_t next = 0;  // link + 1, 0 at the end
  };
  // A hub that does not serve a device for a time, however well it fares: it has disabled it, or the device
  // is given its old address.
  struct Apart {
    HubId hub;
    Time from{}, until{};
    WaitPart part = WaitPart::stuck;
  };
  // From then on the hub that DPS has chosen for a device does not answer; no hub: it does. stays: DPS may
  // choose no other.
  struct Choice {
    Time from{};
    HubId hub;
    bool stays = false;
  };
  struct InVain {
    std::vector<Choice> choices;  // by time
    Duration lost{0};             // stuck for that
  };
  // What is counted of a fault, for all devices or for a group.
  struct Tally {
    std::uint64_t affected = 0;  // devices; the others count episodes
    std::uint64_t episodes = 0, unrecovered = 0, prolonged = 0, relapses = 0;
    sim::Quantiles recovery, outage;                // microseconds, of those back
    sim::WideInt recovery_sum = 0, outage_sum = 0;  // of all affected, cut off at the end of the run
    std::uint64_t attempts = 0;                     // of those back
    sim::Quantiles ready;         // microseconds, of those back that did what they do after a connect
    std::uint64_t cut_short = 0;  // were back, and lost service again before
    sim::Quantiles lasting;       // microseconds, of those back for good
    std::uint64_t stretches = 0;  // episodes, one that follows a return within a minute aside
    std::vector<std::uint64_t> within;
    std::array<sim::WideInt, part_count> parts{};
    sim::WideInt in_vain = 0;  // of the part `stuck`: DPS went on choosing a hub that was down
  };
  Record& open(Device d);
  [[gnu::noinline]] void activity_first(Device d, Time from, signals::Activity activity, HubId hub);
  [[gnu::noinline]] void note_full(Record& r, Time from, signals::Activity activity, HubId hub);
  void release(Record& r);
  void own(Record& r, CauseId fault, Time lost, Time begin);
  Time begin_at(CauseId fault, Time at) const;
  void account(Record& r, Time until);
  void account_settled(Record& r);
  void count_return(Returns::What what, Device d, CauseId fault, Duration after);
  void classify(Record& r, const Segment& s, Time from, Time to);
  using Parts = std::array<Duration, part_count>;
  [[gnu::noinline]] void classify_special(Record& r, const Segment& s, Time from, Time to);
  void classify_of_dps(Record& r, const Segment& s, Time from, Time to, WaitPart served);
  void classify_served(Record& r, const Segment& s, Time from, Time to, WaitPart served) const;
  void close(Record& r, Time at, bool back);
  void add(Tally& tally, const Record& r, const Parts& parts, Time at, bool back) const;
  void prolong(Record& r, CauseId fault);
  template <class Change>
  void count(CauseId fault, Device d, const Change& change);
  std::size_t collateral(std::size_t tally) const;
  void report_incidents(Report& report, const std::string& prefix, std::size_t tally) const;
  void report_tally(Report& report, const std::string& prefix, const Tally& tally, Time begin) const;

  Setup setup_;
  std::vector<Time> begins_;  // of all incidents, in order of time
  struct Begins {
    std::vector<Time> all;                        // in order of time
    ids::PerId<CauseId, std::vector<Time>> each;  // of each action alone
  };
  Begins began_;                                // of actions
  std::vector<std::vector<CauseId>> of_tally_;  // by name: its incidents, or its action
  ids::PerId<CauseId, Time> last_back_;  // of each incident and action: the last return; never if not all
  std::vector<Tally> all_;               // by fault
  std::vector<ids::PerId<GroupId, Tally>> group_;  // by fault
  sim::Sparse<Record> records_;                    // of no devices if nothing is measured
  std::vector<Link> links_;
  std::uint32_t free_links_ = 0;  // a list of them
  Returns returns_;
  Struck struck_;
  struct Bar {
    Time from{}, until = sim::never;
  };
  using RareParts = std::array<Duration, part_count - common_parts>;
  // What is rarely known of a device without service.
  struct Special {
    std::unordered_map<Device, RareParts> off;   // it was off; never iterated
    std::unordered_map<Device, Bar> barred;      // blocked: nobody serves it; never iterated
    std::unordered_map<Device, Apart> apart;     // never iterated
    std::unordered_map<Device, InVain> in_vain;  // never iterated
    // Whether the wait of some device is not told by how the hubs fare.
    bool waits() const { return !barred.empty() || !apart.empty() || !in_vain.empty(); }
    void forget(Device d) {
      if (!in_vain.empty()) in_vain.erase(d);
      if (!apart.empty()) apart.erase(d);
      if (!barred.empty()) barred.erase(d);
      if (!off.empty()) off.erase(d);
    }
  };
  Special special_;
  Time end_{};
  Episodes* episodes_ = nullptr;  // none, unless asked for
};

std::unique_ptr<Recovery> make_recovery(const Subject& subject);

}  // namespace measures
