// Which devices send to which hub: lists from which one can be drawn.
#pragma once
#include <cstdint>
#include <vector>

#include "models/signals.hpp"
#include "sim/huge_pages.hpp"

namespace device {

using ids::GroupId;
using ids::HubId;
using signals::Device;

class Members {
 public:
  Members(std::size_t hubs, std::size_t groups, std::size_t devices)
      : groups_(groups), lists_(hubs * groups), place_(devices) {}

  void add(HubId hub, GroupId group, Device d) {
    std::vector<Device>& list = lists_[place(hub, group)];
    place_[d] = static_cast<std::uint32_t>(list.size());
    list.push_back(d);
  }
  void remove(HubId hub, GroupId group, Device d) {
    std::vector<Device>& list = lists_[place(hub, group)];
    list[place_[d]] = list.back();
    place_[list.back()] = place_[d];
    list.pop_back();
  }
  // In an order that follows from the additions and removals.
  const std::vector<Device>& of(HubId hub, GroupId group) const { return lists_[place(hub, group)]; }

 private:
  std::size_t place(HubId hub, GroupId group) const { return hub.index() * groups_ + group.index(); }
  std::size_t groups_;
  std::vector<std::vector<Device>> lists_;
  sim::HugeVector<std::uint32_t> place_;  // of each device in its list
};

}  // namespace device
