// Fills in what follows from what a scenario says: names, regions, hubs, rules of clients.
#pragma once
#include "models/application/draft.hpp"
#include "models/faults/states.hpp"
#include "sim/settings/reader.hpp"

namespace application {

// The document behind a draft, for errors that point into it.
struct Origin {
  const sim::settings::Node& root;
  sim::settings::Reader& reader;
  sim::settings::Diagnostics& diagnostics;
  // The text of another file; throws std::runtime_error.
  std::function<const sim::settings::Source&(const std::string& path)> file;

  bool given(const std::vector<sim::settings::Step>& path) const {
    return sim::settings::value_at(root, path) != nullptr;
  }
  // Whether the value at the path, if given, was read without an error.
  bool good(const std::vector<sim::settings::Step>& path) const {
    return reader.good(sim::settings::path_text(path));
  }
  // An error about the value at the path; "fleet[0].joins: " stands before `what`.
  void error(const std::vector<sim::settings::Step>& path, const std::string& what,
             const std::string& hint = {}) const;
};

// A part of the document that a class resolves or checks, for errors about what is in it.
class Part {
 protected:
  using Step = sim::settings::Step;
  Part(const Origin& origin, std::vector<Step> path) : origin_(origin), path_(std::move(path)) {}
  std::vector<Step> at(std::initializer_list<Step> steps) const {
    std::vector<Step> path = path_;
    path.insert(path.end(), steps);
    return path;
  }
  void error(std::initializer_list<Step> steps, const std::string& what, const std::string& hint) const {
    origin_.error(at(steps), what, hint);
  }

  const Origin& origin_;
  std::vector<Step> path_;
};

// Leaves draft.scenario complete, and the given parts as they are to be written in the resolved scenario.
void resolve(Draft& draft, const std::string& file_name, const Origin& origin);

// Parts of it: what an operator does (actions.cpp), and what faults refer to; contradictions are reported.
void resolve_actions(Draft& draft, const Origin& origin);
void resolve_faults(Draft& draft, const Origin& origin);

// What follows from the kind of a destination, and which exports feed it; contradictions are reported.
void resolve_exports(Draft& draft, const Origin& origin);

// Where the application goes when its region is lost, and the hubs there; contradictions are reported.
void resolve_failover(Draft& draft, const Origin& origin);
// A destination as faults see it.
faults::Site site_of(const Scenario& scenario, std::size_t destination);
// Whether its region is lost to some fault.
bool loses_region(const Scenario& scenario);
// When they happen; and, once the rest is known, whether there are too many, or as many as replications.
void resolve_fault_times(Draft& draft, const Origin& origin);
void check_fault_counts(const Scenario& scenario, const Origin& origin);

// The index of a hub by number from 1 or by name.
std::optional<std::uint32_t> hub_index(const std::string& text, const std::vector<hub::Settings>& hubs);

// For hints: "write hub-1 or hub-2", "hubs are hub-1 to hub-40".
std::string hubs_listed(const std::vector<hub::Settings>& hubs);

// The load profile of a group, complete: a file read, defaults of the catalog filled in; contradictions are
// reported.
void resolve_profile(device::Profile& profile, std::size_t group, const Origin& origin);

// Hubs for a fleet where a scenario gives none: the era's number, edition S1 with the units that the daily
// messages need, S2 or S3 where S1 does not go so far.
std::vector<hub::Settings> sized_hubs(const Scenario& scenario);
// Messages, properties and commands of the whole fleet on an average day, in blocks of the quota's meter,
// rounded up.
std::uint64_t metered_a_day(const Scenario& scenario);

}  // namespace application
