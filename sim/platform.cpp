#include "sim/platform.hpp"

#include <simgrid/s4u.hpp>

#include <algorithm>
#include <utility>
#include <vector>

#include "sim/invariant.hpp"

namespace sim {

namespace sg = simgrid::s4u;

namespace {

constexpr double bandwidth = 1e9;
constexpr double speed = 1e9;  // nothing is computed on a host

std::pair<int, int> pair_of(int a, int b) { return std::minmax(a, b); }

}  // namespace

bool Platform::Route::open() const { return from->on && to->on && (link == nullptr || link->on); }

bool Platform::Route::broken_since(std::uint64_t breaks) const {
  return from->broken > breaks || to->broken > breaks || (link != nullptr && link->broken > breaks);
}

// SimGrid keeps zones, routers and hosts under one roof of names, and a host has the name of a user: names
// made here have a space, which no user's name has.
Platform::Platform() : root_(sg::create_full_zone("the platform")) { add_zone(control); }

void Platform::add_zone(const std::string& name) {
  auto* zone = sg::create_star_zone("zone " + name);
  zone->set_parent(root_);
  auto* gateway = zone->create_router("gateway of " + name);
  zone->add_route(gateway, nullptr, nullptr, nullptr, {}, true);
  const bool added = zones_.try_emplace(name, Zone{zone, gateway, static_cast<int>(zones_.size())}).second;
  require(added, "a second zone {}", name);
}

void Platform::add_host(const std::string& zone_name, const std::string& name, Duration latency) {
  const Zone& home = zone(zone_name);
  auto* host = home.zone->create_host(name, speed)->seal();
  std::vector<sg::LinkInRoute> links;
  if (latency.count() > 0) {
    auto* link = home.zone->create_split_duplex_link(name + " link", bandwidth);
    link->set_latency(seconds(latency))->seal();
    links.emplace_back(link, sg::LinkInRoute::Direction::UP);
  }
  home.zone->add_route(host->get_netpoint(), nullptr, nullptr, nullptr, links, true);
  hosts_[name] = {host, home.number};
}

void Platform::link_zones(const std::string& a, const std::string& b, Duration latency) {
  const Zone &one = zone(a), &other = zone(b);
  auto* link = root_->create_split_duplex_link("link " + a + " " + b, bandwidth);
  link->set_latency(seconds(latency))->seal();
  root_->add_route(one.zone->get_netpoint(), other.zone->get_netpoint(), one.gateway, other.gateway,
                   {{link, sg::LinkInRoute::Direction::UP}}, true);
  const bool added = links_.try_emplace(pair_of(one.number, other.number), Link{link}).second;
  require(added, "a second link between the zones {} and {}", a, b);
}

void Platform::seal() { root_->seal(); }

// SimGrid kills who lives there, and with them what they are sending and receiving.
void Platform::turn_off(const std::string& name) {
  Host& place = host(name);
  require(!place.decides, "host {} is turned off, where a member lives", name);
  if (!std::exchange(place.on, false)) return;
  place.broken = ++breaks_;
  place.host->turn_off();
}

void Platform::turn_on(const std::string& name) {
  Host& place = host(name);
  if (!std::exchange(place.on, true)) place.host->turn_on();
}

// Of a split-duplex link SimGrid turns both halves off and on, but is_on() of the whole stays true.
void Platform::cut(const std::string& a, const std::string& b) {
  Link& between = link(a, b);
  if (!std::exchange(between.on, false)) return;
  between.broken = ++breaks_;
  between.link->turn_off();
}

void Platform::mend(const std::string& a, const std::string& b) {
  Link& between = link(a, b);
  if (!std::exchange(between.on, true)) between.link->turn_on();
}

Platform::Host& Platform::host(const std::string& name) {
  const auto found = hosts_.find(name);
  require(found != hosts_.end(), "there is no host {}", name);
  return found->second;
}

Platform::Route Platform::route(const Host& from, const Host& to) const {
  if (from.zone == to.zone) return {&from, &to, nullptr};
  const auto found = links_.find(pair_of(from.zone, to.zone));
  require(found != links_.end(), "there is no link between the zones of {} and {}", from.host->get_name(),
          to.host->get_name());
  return {&from, &to, &found->second};
}

const Platform::Zone& Platform::zone(const std::string& name) const {
  const auto found = zones_.find(name);
  require(found != zones_.end(), "there is no zone {}", name);
  return found->second;
}

Platform::Link& Platform::link(const std::string& a, const std::string& b) {
  const auto found = links_.find(pair_of(zone(a).number, zone(b).number));
  require(found != links_.end(), "there is no link between the zones {} and {}", a, b);
  return found->second;
}

}  // namespace sim
