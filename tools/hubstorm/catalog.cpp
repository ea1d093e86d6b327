// `hubstorm catalog [NAME]`: the built-in figures with their sources, and the metrics.
#include <fmt/format.h>
#include <unistd.h>

#include <memory>
#include <string>
#include <vector>

#include "models/catalog_file.hpp"
#include "models/exports/registry.hpp"
#include "models/measures/catalog.hpp"
#include "sim/settings/shape.hpp"
#include "tools/hubstorm/commands.hpp"
#include "tools/output/catalog_text.hpp"
#include "tools/output/streams.hpp"
#include "tools/output/words.hpp"

namespace hubstorm {
namespace {

using Json = nlohmann::ordered_json;

struct Listing {
  const char* name;
  const char* path;  // in the tree; null for the metrics, which are no file
  const char* says;
};

const Listing before_metrics[] = {
    {"clients", "models/device/clients.yaml",
     "device SDKs, samples and advised firmware: back-off, time-outs, errors"},
    {"hubs", "models/hub/editions.yaml",
     "hub editions: connects, identity operations, sends, messages, units"},
    {"shaping", "models/hub/shaping.yaml", "how a hub delays and refuses what is above its limits"},
    {"provisioning", "models/provisioning/service.yaml", "limits and times of the provisioning service"},
    {"regions", "models/network/regions.yaml",
     "cloud regions with their pairs and zones, and places where devices are"},
    {"access", "models/network/access.yaml", "access networks of devices"},
    {"network", "models/network/path.yaml", "what distance costs, and the measurements it was fitted to"},
    {"profiles", "models/device/profiles.yaml", "how a load changes over the day and the week"},
    {"scaling", "models/control/scaling.yaml", "what the control plane does to the hubs, and when"},
    {"actions", "models/actions/actions.yaml", "bounds of what an operator does"},
    {"failover", "models/failover/failover.yaml", "what becomes of an application whose region is lost"},
    {"exports", "models/exports/exports.yaml", "what an export is and does unless a scenario says so"},
};
const Listing after[] = {
    {"prices", "models/measures/prices.yaml", "what hubs, registrations and plans cost"},
    {"eras", "models/application/eras.yaml", "how many hubs an application of each era is given"},
    {"limits", "models/application/limits.yaml", "what the platform admits, and what this program takes on"},
    {"defaults", "models/application/defaults.yaml", "what a scenario is where it says nothing"},
    {"metrics", nullptr, "every metric a run reports, with unit, direction and formula"},
};

// Those of the kinds of destinations come after that of exports.
const std::vector<Listing>& listings() {
  static const std::vector<Listing> all = [] {
    std::vector<Listing> list(std::begin(before_metrics), std::end(before_metrics));
    for (const exports::DestinationKind* kind : exports::destination_kinds())
      if (const auto catalog = kind->catalog()) list.push_back({catalog->name, catalog->path, catalog->says});
    list.insert(list.end(), std::begin(after), std::end(after));
    return list;
  }();
  return all;
}

struct CatalogOptions {
  std::string name;
  bool json = false;
};

std::string names_text() {
  std::string out = "Built-in figures; `hubstorm catalog NAME` shows them with their sources.\n\n";
  for (const Listing& listing : listings())
    out += fmt::format("  {}  {}\n", output::words::pad(listing.name, 12), listing.says);
  return out;
}

Json names_json() {
  Json all = Json::array();
  for (const Listing& listing : listings()) all.push_back({{"name", listing.name}, {"says", listing.says}});
  return all;
}

const Listing& listing_named(const std::string& name) {
  for (const Listing& listing : listings())
    if (name == listing.name) return listing;
  std::vector<std::string> names;
  for (const Listing& listing : listings()) names.emplace_back(listing.name);
  const std::string near = sim::settings::nearest(name, names);
  throw Failure(exit_usage, fmt::format("there is no catalog \"{}\"; {}", name,
                                        near.empty() ? fmt::format("it is one of {}", fmt::join(names, ", "))
                                                     : fmt::format("did you mean \"{}\"?", near)));
}

std::string as_text(const Listing& listing, const output::Style& style) {
  if (!listing.path) return output::metrics_text(measures::metric_catalog(), style);
  return output::catalog_text(catalog::built_in(listing.path), style);
}

Json as_json(const Listing& listing) {
  Json document = listing.path ? output::catalog_json(catalog::built_in(listing.path))
                               : Json{{"metrics", output::metrics_json(measures::metric_catalog())}};
  document.emplace("catalog", listing.name);
  return document;
}

Exit show(const CatalogOptions& options, const Common& common) {
  const output::Style style{output::use_colour(common.colour, STDOUT_FILENO)};
  if (options.name.empty())
    output::write_stdout(options.json ? names_json().dump(2) + "\n" : names_text());
  else if (options.json)
    output::write_stdout(as_json(listing_named(options.name)).dump(2) + "\n");
  else
    output::write_stdout(as_text(listing_named(options.name), style));
  return exit_ok;
}

}  // namespace

Command add_catalog(const CommandLine& root, const Common& common) {
  const auto options = std::make_shared<CatalogOptions>();
  const CommandLine app =
      root.subcommand("catalog", "Show the built-in figures with their sources, or the metrics");
  app.option("NAME", options->name, "One of the names that `hubstorm catalog` lists").without_default();
  app.flag("--json", options->json, "Write one JSON document");
  return {app, [options, &common] { return show(*options, common); }};
}

}  // namespace hubstorm
