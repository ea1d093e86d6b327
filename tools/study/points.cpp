#include "tools/study/points.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <utility>

#include "tools/study/constraints.hpp"

namespace study {
namespace {

// Axes that change together.
std::vector<std::vector<std::size_t>> dimensions(const Settings& settings) {
  std::vector<std::vector<std::size_t>> all;
  std::vector<bool> placed(settings.axes.size(), false);
  for (std::size_t i = 0; i < settings.axes.size(); ++i) {
    if (placed[i]) continue;
    std::vector<std::size_t> together{i};
    for (const std::vector<std::string>& group : settings.zip)
      if (std::find(group.begin(), group.end(), settings.axes[i].name) != group.end()) {
        together.clear();
        for (std::size_t j = 0; j < settings.axes.size(); ++j)
          if (std::find(group.begin(), group.end(), settings.axes[j].name) != group.end())
            together.push_back(j);
      }
    for (const std::size_t j : together) placed[j] = true;
    all.push_back(std::move(together));
  }
  return all;
}

// A point that is left out: of each dimension that it names the index of its value, in their order.
using Exclusion = std::vector<std::pair<std::size_t, std::size_t>>;

// Nothing for one that no combination meets: zipped axes that are named with values of different places.
std::optional<Exclusion> exclusion(const Settings& settings,
                                   const std::vector<std::vector<std::size_t>>& dimensions,
                                   const std::map<std::string, std::string>& labels) {
  Exclusion all;
  for (std::size_t d = 0; d < dimensions.size(); ++d)
    for (const std::size_t i : dimensions[d]) {
      const Axis& axis = settings.axes[i];
      const auto named = labels.find(axis.name);
      if (named == labels.end()) continue;
      const auto at = std::find_if(axis.levels.begin(), axis.levels.end(),
                                   [&](const Level& level) { return level.label == named->second; });
      const std::pair place(d, static_cast<std::size_t>(at - axis.levels.begin()));
      if (!all.empty() && all.back().first == d && all.back() != place) return std::nullopt;
      if (all.empty() || all.back().first != d) all.push_back(place);
    }
  return all;
}

// Goes through the combinations, a dimension a step down. What is excluded is not entered.
class Walk {
 public:
  Walk(const Settings& settings, const std::function<void()>& on_step)
      : settings_(settings),
        on_step_(on_step),
        dimensions_(dimensions(settings)),
        constraints_(settings),
        combination_(settings.axes.size(), 0) {
    for (const auto& labels : settings.excluded)
      if (auto one = exclusion(settings, dimensions_, labels)) exclusions_.push_back(std::move(*one));
  }

  std::vector<Combination> run() {
    check_size();
    std::vector<Matched> none;
    for (const Exclusion& one : exclusions_) none.push_back({&one, 0});
    enter(0, none);
    return std::move(kept_);
  }

 private:
  // An exclusion that the steps so far agree with, and how many of its dimensions they have met.
  struct Matched {
    const Exclusion* exclusion;
    std::size_t met;
  };

  std::size_t size(std::size_t d) const { return settings_.axes[dimensions_[d][0]].levels.size(); }

  // Before anything is gone through, for what is too much takes long.
  void check_size() const {
    constexpr std::size_t most_tried = 1'000'000;
    const bool all_kept = settings_.excluded.empty() && settings_.constraints.empty();
    std::size_t product = 1;
    for (std::size_t d = 0; d < dimensions_.size(); ++d) {
      product *= size(d);
      if (all_kept && product > most_points) too_many_points();
      if (product > most_tried)
        throw Unusable(fmt::format("more than {} combinations; take out values or axes", most_tried));
    }
  }

  [[noreturn]] static void too_many_points() {
    throw Unusable(fmt::format("more than {} points; take out values or axes", most_points));
  }

  void enter(std::size_t d, const std::vector<Matched>& matched) {
    constexpr std::uint64_t steps = 1024;
    if (on_step_ && steps_++ % steps == 0) on_step_();
    if (d == dimensions_.size()) return take();
    // Those that name this dimension are looked at for the one value that they name.
    std::vector<Matched> others;
    std::vector<std::vector<Matched>> here(matched.empty() ? 0 : size(d));
    for (const Matched& one : matched) {
      const auto& [dimension, value] = (*one.exclusion)[one.met];
      if (dimension == d)
        here[value].push_back({one.exclusion, one.met + 1});
      else
        others.push_back(one);
    }
    std::vector<Matched> none;
    for (std::size_t value = 0; value < size(d); ++value) {
      std::vector<Matched>& next = here.empty() ? none : here[value];
      if (std::any_of(next.begin(), next.end(),
                      [](const Matched& one) { return one.met == one.exclusion->size(); }))
        continue;
      next.insert(next.end(), others.begin(), others.end());
      for (const std::size_t axis : dimensions_[d]) combination_[axis] = value;
      enter(d + 1, next);
      next = {};
    }
  }

  void take() {
    if (!constraints_.hold(combination_)) return;
    if (kept_.size() == most_points) too_many_points();
    kept_.push_back(combination_);
  }

  const Settings& settings_;
  const std::function<void()>& on_step_;
  std::vector<std::vector<std::size_t>> dimensions_;
  Constraints constraints_;
  std::vector<Exclusion> exclusions_;
  Combination combination_;
  std::uint64_t steps_ = 0;
  std::vector<Combination> kept_;
};

}  // namespace

std::vector<Combination> combinations(const Settings& settings, const std::function<void()>& on_step) {
  std::vector<Combination> kept = Walk(settings, on_step).run();
  if (kept.empty()) throw Unusable("no point is left: exclude and constraint leave all of them out");
  return kept;
}

std::string label(const Settings& settings, const Combination& combination) {
  std::string text;
  for (std::size_t i = 0; i < combination.size(); ++i)
    text += fmt::format("{}{} {}", i == 0 ? "" : ", ", settings.axes[i].name,
                        settings.axes[i].levels[combination[i]].label);
  return text.empty() ? "the scenario as it is" : text;
}

std::vector<std::string> overrides(const Settings& settings, const Combination& combination) {
  std::vector<std::string> all = settings.set;
  for (std::size_t i = 0; i < combination.size(); ++i)
    for (const std::string& path : settings.axes[i].paths)
      all.push_back(path + "=" + settings.axes[i].levels[combination[i]].value);
  return all;
}

}  // namespace study
