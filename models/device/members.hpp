// Which devices send to which hub: lists from which one can be drawn.
#pragma once
#include <cstdint>
#include <vector>

#include "models/signals.hpp"
#include "sim/huge_pages.hpp"

namespace device {

using signals::Device;

class Members {
 public:
  Members(std::size_t hubs, std::size_t groups, std::size_t devices)
      : groups_(groups), lists_(hubs * groups), place_(devices) {}

  void add(std::size_t hub, std::size_t group, Device d) {
    std::vector<Device>& list = lists_[hub * groups_ + group];
    place_[d] = static_cast<std::uint32_t>(list.size());
    list.push_back(d);
  }
  void remove(std::size_t hub, std::size_t group, Device d) {
    std::vector<Device>& list = lists_[hub * groups_ + group];
    list[place_[d]] = list.back();
    place_[list.back()] = place_[d];
    list.pop_back();
  }
  // In an order that follows from the additions and removals.
  const std::vector<Device>& of(std::size_t hub, std::size_t group) const {
    return lists_[hub * groups_ + group];
  }

 private:
  std::size_t groups_;
  std::vector<std::vector<Device>> lists_;
  sim::HugeVector<std::uint32_t> place_;  // of each device in its list
};

}  // namespace device
