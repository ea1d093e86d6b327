// What a load profile is where a scenario leaves it open, and what it cannot be.
#include <fmt/format.h>

#include "models/device/profile_csv.hpp"
#include "models/device/resolve.hpp"
#include "models/device/tables.hpp"
#include "sim/settings/document.hpp"
#include "sim/settings/text.hpp"

namespace device {
namespace {

using sim::settings::Origin;
using sim::settings::Step;

// Which keys of a profile go together.
class Checker {
 public:
  Checker(std::size_t group, const Origin& origin)
      : path_{"fleet", group, "telemetry", "profile"}, origin_(origin) {}

  bool good() const { return origin_.good(path_); }
  std::vector<Step> at(const char* key) const {
    std::vector<Step> path = path_;
    path.emplace_back(key);
    return path;
  }
  void error(const std::string& what, const std::string& hint) const { origin_.error(path_, what, hint); }
  // The key must not be there.
  bool alone(const char* key, const std::string& what, const std::string& hint) const {
    if (!origin_.given(at(key))) return true;
    origin_.error(at(key), what, hint);
    return false;
  }

 private:
  std::vector<Step> path_;
  const Origin& origin_;
};

void read_file(Profile& profile, const Checker& checker, const Origin& origin) {
  for (const char* key : {"kind", "peak_to_mean", "peak_at", "weekend", "every", "factors"})
    if (!checker.alone(key, "the file says it all", "remove it, or csv")) return;
  try {
    const sim::settings::Source& source = origin.file(profile.csv);
    profile.csv.clear();
    read_profile(source, profile, origin.diagnostics);
  } catch (const std::runtime_error& why) {
    origin.error(checker.at("csv"),
                 fmt::format("cannot read {}: {}", sim::settings::quoted(profile.csv), why.what()),
                 "the path is that beside the scenario");
  }
}

void check_table(const Profile& profile, const Checker& checker) {
  for (const char* key : {"peak_to_mean", "peak_at", "weekend"})
    if (!checker.alone(key, "a table has its own course", "remove it, or write kind: diurnal")) return;
  double sum = 0;
  for (const double factor : profile.factors) sum += factor;
  if (profile.factors.empty())
    checker.error("nothing says how the load changes", "write kind, csv, or every and factors");
  else if (!profile.every)
    checker.error("nothing says how far the factors are apart", "write every, such as every: 1h");
  else if (sum == 0)
    checker.error("every factor is 0", "one factor at least is above 0");
}

void fill_in(Profile& profile, const Checker& checker) {
  const bool diurnal = *profile.kind != Profile::Kind::constant;
  const bool weekly = *profile.kind == Profile::Kind::weekly;
  for (const char* key : {"every", "factors"})
    if (!checker.alone(key, "belongs to a table", "remove it, or kind")) return;
  for (const char* key : {"peak_to_mean", "peak_at"})
    if (!diurnal && !checker.alone(key, "a constant load has no peak", "write kind: diurnal")) return;
  if (!weekly && !checker.alone("weekend", "every day is the same", "write kind: weekly")) return;
  const Profile& row = profile_of(*profile.kind);
  if (!profile.peak_to_mean) profile.peak_to_mean = row.peak_to_mean;
  if (!profile.peak_at) profile.peak_at = row.peak_at;
  if (!profile.weekend) profile.weekend = row.weekend;
}

}  // namespace

void resolve_profile(Profile& profile, std::size_t group, const Origin& origin) {
  const Checker checker(group, origin);
  if (!checker.good()) return;
  if (!profile.csv.empty())
    read_file(profile, checker, origin);
  else if (profile.kind)
    fill_in(profile, checker);
  else
    check_table(profile, checker);
}

}  // namespace device
