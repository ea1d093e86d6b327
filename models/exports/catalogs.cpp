// The catalog of exports: how IoT Central goes about them, whatever the destination.
#include <algorithm>
#include <stdexcept>

#include "models/catalog.hpp"
#include "models/exports/tables.hpp"

namespace exports {
namespace {

using namespace std::chrono_literals;
using namespace sim::settings;

constexpr std::uint64_t largest_event = 1'000'000'000'000;

template <class Part, class Member>
auto in(Part part, Member member) {
  return [ part, member ](auto& row) -> auto& { return (row.*part).*member; };
}

struct ExportRow {
  Export defaults;
  Figures figures;
};

const ExportRow& exports() {
  static const ExportRow row = [] {
    Table<ExportRow> table("exports");
    table.include(export_table().relaxed(), &ExportRow::defaults);
    const auto limit = [&](const char* key, auto member, const char* doc) {
      table
          .field(
              key, [member](auto& r) -> auto& { return r.figures.limits.*member; }, whole<std::uint32_t>(1),
              doc)
          .required();
    };
    limit("exports", &Limits::exports, "Exports of an application.");
    limit("destinations", &Limits::destinations, "Destinations of an application.");
    limit("destinations_per_export", &Limits::destinations_per_export, "Destinations of an export.");
    table
        .field("connectivity_event", in(&ExportRow::figures, &Figures::connectivity_event),
               size(1, largest_event, "297 B"), "As a whole.")
        .required();
    table
        .field("lifecycle_event", in(&ExportRow::figures, &Figures::lifecycle_event),
               size(1, largest_event, "297 B"), "As a whole.")
        .required();
    table
        .field("snapshot", in(&ExportRow::figures, &Figures::snapshot), duration(1s, 1h, "60s"),
               "Connectivity is told once in this time.")
        .required();
    const auto clock = [&](const char* key, auto member, const char* doc) {
      table.field(key, in(&ExportRow::figures, member), window_clock(), doc).required();
    };
    clock("clock_of_streams", &Figures::clock_of_streams,
          "When the window begins, of what is sent as it comes.");
    clock("clock_of_files", &Figures::clock_of_files, "The same of files.");
    return catalog::read("models/exports/exports.yaml", table).at(0);
  }();
  return row;
}

}  // namespace

const Export& default_export() { return exports().defaults; }

const Figures& figures() { return exports().figures; }

}  // namespace exports
