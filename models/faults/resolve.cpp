#include "models/faults/resolve.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "models/faults/targets.hpp"
#include "sim/settings/text.hpp"

namespace faults {
namespace {

using sim::settings::quoted;

// The first target is written with its value, the others by their keys.
std::string targets_listed() {
  std::vector<std::string> keys;
  for (const Target target : all_targets()) keys.emplace_back(kind_of(target).key);
  const std::string first = fmt::format("{}: {}", keys.front(), kind_of(all_targets().front()).example);
  const std::string last = keys.back();
  return fmt::format("write {}, or {} or {}", first, fmt::join(keys.begin() + 1, keys.end() - 1, ", "), last);
}

// Of several targets the second is reported; none where there is none, or more than one.
std::optional<Target> find_target(const Naming& n) {
  std::optional<Target> found;
  for (const Target target : all_targets()) {
    const char* key = kind_of(target).key;
    if (!n.origin.given(n.at({key}))) continue;
    if (found) {
      n.error({key}, fmt::format("the fault has the target {} already", quoted(kind_of(*found).key)),
              "write two faults; they may overlap");
      return std::nullopt;
    }
    found = target;
  }
  if (n.given.each && found) {
    n.error({"each"}, fmt::format("the fault has the target {} already", quoted(kind_of(*found).key)),
            "write one of them");
    return std::nullopt;
  }
  if (n.given.each) return n.given.each;
  if (!found) n.error({}, "nothing fails", targets_listed());
  return found;
}

bool loses_a_third(const Naming& n) { return n.fault.target == Target::zone && n.zone_is_spanned(); }

void resolve_mode(Naming& n, const TargetKind& target) {
  if (!n.given.mode) {
    if (target.modes.empty()) return;
    n.fault.mode = target.modes.front();
    if (!loses_a_third(n)) n.given.mode = ModeGiven{n.fault.mode, 1, std::nullopt};
    return;
  }
  std::vector<std::string> known;
  for (const hub::Mode mode : target.modes) known.push_back(mode_name(mode));
  if (target.impairable) known.emplace_back("impaired");
  const bool impaired = n.given.mode->impairment.has_value();
  if (impaired
          ? !target.impairable
          : std::find(target.modes.begin(), target.modes.end(), n.given.mode->mode) == target.modes.end())
    return n.error(
        {"mode"},
        fmt::format("{} is not a mode of {}", quoted(impaired ? "impaired" : mode_name(n.given.mode->mode)),
                    quoted(target.key)),
        known.empty() ? "remove it" : "write " + sim::settings::listed(known));
  if (impaired && *n.given.mode->impairment == Impairment{})
    return n.error({"mode"}, "nothing is impaired", "write {impaired: {latency: 300ms}}");
  if (loses_a_third(n))
    return n.error({"mode"}, "services in this region span its zones and go on",
                   "remove it: a third of the connections and of the capacity is lost");
  n.fault.mode = n.given.mode->mode;
  n.fault.capacity = n.given.mode->capacity;
  n.fault.impairment = n.given.mode->impairment;
}

void resolve_one(Naming& n) {
  if (!n.origin.good(n.path())) return;
  const std::optional<Target> target = find_target(n);
  if (!target || !kind_of(*target).was_read(n.given)) return;  // and reported
  n.fault.target = *target;
  n.fault.each = n.given.each.has_value();
  resolve_mode(n, kind_of(*target));
  if (!n.fault.each) kind_of(*target).resolve(n);
}

}  // namespace

void resolve(std::vector<FaultGiven>& given, const Topology& topology, const sim::settings::Origin& origin) {
  for (std::size_t i = 0; i < given.size(); ++i) {
    Naming naming(given, i, topology, origin);
    resolve_one(naming);
  }
}

}  // namespace faults
