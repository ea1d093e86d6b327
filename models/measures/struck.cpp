#include "models/measures/struck.hpp"

#include <algorithm>

namespace measures {

bool Struck::strike(std::size_t fault, Device d) {
  std::vector<bool>& of = of_[fault];
  if (of.empty()) of.resize(devices_);
  if (of[d]) return false;
  of[d] = true;
  return true;
}

void Struck::note(Device d, Time at, Time since) {
  const auto [noted, first] = last_noted_.try_emplace(d, at);
  if (!first && noted->second >= since) return;
  noted->second = at;
  noted_.emplace_back(d, at);
}

void Struck::finish() {
  std::sort(noted_.begin(), noted_.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
}

std::size_t Struck::devices_beside(std::size_t fault, const std::vector<std::pair<Time, Time>>& times) const {
  const auto earlier = [](const auto& one, Time t) { return one.second < t; };
  const auto struck = [&](Device d) { return !of_[fault].empty() && of_[fault][d]; };
  std::vector<Device> who;
  for (const auto& [first, last] : times)
    for (auto one = std::lower_bound(noted_.begin(), noted_.end(), first, earlier);
         one != noted_.end() && one->second < last; ++one)
      if (!struck(one->first)) who.push_back(one->first);
  std::sort(who.begin(), who.end());
  return static_cast<std::size_t>(std::unique(who.begin(), who.end()) - who.begin());
}

}  // namespace measures
