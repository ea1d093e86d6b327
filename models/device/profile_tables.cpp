// The keys of load profiles and surges.
#include "models/catalog.hpp"
#include "models/device/tables.hpp"

namespace device {
namespace {

using namespace std::chrono_literals;
using namespace sim::settings;

constexpr auto longest_surge = 24h * 3660;
constexpr double factor_most = static_cast<double>(Pace::most) / static_cast<double>(Pace::one);

Value<Profile::Kind> kind() {
  return choice<Profile::Kind>({{"constant", Profile::Kind::constant},
                                {"diurnal", Profile::Kind::diurnal},
                                {"weekly", Profile::Kind::weekly}});
}

Table<Profile> profile_table() {
  Table<Profile> table("a load profile such as {kind: diurnal, peak_to_mean: 1.5}",
                       "{kind: diurnal, peak_to_mean: 1.5}");
  table.field("kind", &Profile::kind, optional(kind()), "How the rate changes over time.");
  table.field("peak_to_mean", &Profile::peak_to_mean, optional(decimal(1, 2, "1.5")),
              "The peak of a day to its mean.");
  table.field("peak_at", &Profile::peak_at, optional(time_of_day("13:00")), "Time of the peak, UTC.");
  table.field("weekend", &Profile::weekend, optional(share(0, 1, "60%")),
              "The load of a Saturday or Sunday to that of another day, of a weekly profile.");
  Value<std::string> csv = text("a file such as load.csv", "load.csv");
  csv.write = [](const std::string& path) { return path.empty() ? Node{} : Node::scalar(path); };
  table.field("csv", &Profile::csv, csv,
              "A file with the columns time and factor, beside the scenario: evenly spaced rows from 0s on, "
              "which is midnight UTC of the day on which the run starts; after its last row it repeats.");
  table.field("every", &Profile::every, optional(duration(profile_every_least, profile_every_most, "1h")),
              "How far the factors of a table are apart.");
  Value<std::vector<double>> factors = list(decimal(0, factor_most, "1.2"), "a list of factors");
  factors.write = [write = factors.write](const std::vector<double>& all) {
    return all.empty() ? Node{} : write(all);
  };
  table.field("factors", &Profile::factors, factors,
              "The same table in place: the load from midnight UTC on, 1 being the telemetry as given.");
  return table;
}

bool is_word(const Profile& profile) { return profile.kind == Profile::Kind::constant; }

struct ProfileRow {
  std::string name;
  Profile profile;
};

const std::vector<ProfileRow>& rows() {
  static const std::vector<ProfileRow> all = [] {
    Table<ProfileRow> table("a load profile");
    table.field("name", &ProfileRow::name, name("diurnal"), "Name of the profile.").required();
    table.include(profile_table(), &ProfileRow::profile);
    return catalog::read("models/device/profiles.yaml", table);
  }();
  return all;
}

}  // namespace

const Profile& profile_of(Profile::Kind kind) {
  for (const ProfileRow& row : rows())
    if (row.profile.kind == kind) return row.profile;
  throw std::logic_error("no such load profile");
}

Value<Profile> profile() {
  Value<Profile> word;
  const Value<Profile::Kind> kinds = kind();
  word.shape = kinds.shape;
  word.read = [kinds](Reader& reader, const Node& node, Profile& out) {
    Profile::Kind kind{};
    if (!kinds.read(reader, node, kind)) return false;
    out = {};
    out.kind = kind;
    return true;
  };
  word.write = [kinds](const Profile& profile) { return kinds.write(profile.kind.value()); };
  Value<Profile> map = nested(profile_table());
  map.read = [read = map.read](Reader& reader, const Node& node, Profile& out) {
    out = {};
    return read(reader, node, out);
  };
  return either<Profile>(word, map, is_word);
}

Table<Surge> surge_table() {
  Table<Surge> table("a surge such as {at: 2h, for: 10m, factor: 5}", "{at: 2h, for: 10m, factor: 5}");
  table.field("at", &Surge::at, duration(0s, longest_surge, "2h"), "When it begins.").required();
  table.field("for", &Surge::length, duration(1ms, longest_surge, "10m"), "How long it lasts.").required();
  table.field("factor", &Surge::factor, decimal(0, factor_most, "5"), "The load during it, to that without.")
      .required();
  return table;
}

}  // namespace device
