// The platform: hosts behind links in zones, links between zones, and what of it is off.
#pragma once
#include <simgrid/forward.h>

#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "sim/time.hpp"

namespace sim {

class Platform {
 public:
  // The zone that is always there: of those who decide, and of all hosts that name no zone.
  static constexpr const char* control = "control";

  struct Host {
    simgrid::s4u::Host* host = nullptr;
    int zone = 0;
    bool on = true;
    bool decides = false;      // a member lives here: it is never turned off
    std::uint64_t broken = 0;  // the last break here, 0 if none
  };
  struct Link {  // between two zones
    simgrid::s4u::SplitDuplexLink* link = nullptr;
    bool on = true;
    std::uint64_t broken = 0;
  };
  // From a host to another; null between hosts of one zone.
  struct Route {
    const Host* from = nullptr;
    const Host* to = nullptr;
    const Link* link = nullptr;
    bool open() const;
    bool broken_since(std::uint64_t breaks) const;
  };

  Platform();

  void add_zone(const std::string& name);
  // Without latency it has no link of its own.
  void add_host(const std::string& zone, const std::string& name, Duration latency);
  void link_zones(const std::string& a, const std::string& b, Duration latency);
  void seal();  // nothing is added from here on

  void turn_off(const std::string& host);
  void turn_on(const std::string& host);
  void cut(const std::string& a, const std::string& b);
  void mend(const std::string& a, const std::string& b);

  Host& host(const std::string& name);
  // Ends the program if the zones of the two have no link.
  Route route(const Host& from, const Host& to) const;
  std::uint64_t breaks() const { return breaks_; }  // how often anything was turned off or cut

 private:
  struct Zone {
    simgrid::s4u::NetZone* zone;
    simgrid::kernel::routing::NetPoint* gateway;
    int number;
  };
  const Zone& zone(const std::string& name) const;
  Link& link(const std::string& a, const std::string& b);

  simgrid::s4u::NetZone* root_;
  std::map<std::string, Zone> zones_;
  std::map<std::string, Host> hosts_;
  std::map<std::pair<int, int>, Link> links_;  // by the numbers of the zones, the smaller first
  std::uint64_t breaks_ = 0;
};

}  // namespace sim
