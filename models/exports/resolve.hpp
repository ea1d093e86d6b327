// Destinations and exports of a scenario: filled in from their kinds, and what contradicts itself.
#pragma once
#include <cstdint>
#include <initializer_list>
#include <map>
#include <string>
#include <vector>

#include "models/exports/destination_kind.hpp"
#include "models/network/settings.hpp"
#include "sim/settings/origin.hpp"

namespace exports {

// The application that exports.
struct Context {
  const std::string& region;
  const std::map<std::string, network::Region>& regions;  // every one of the catalog, by name
  Duration warmup, duration;
  bool documented = true;             // the limits of the platform hold
  std::uint64_t telemetry_bytes = 0;  // of the largest message of telemetry
  std::uint64_t property_bytes = 0;   // and of properties
  bool lumps = false;                 // some devices send at one instant
};

// A destination while it is completed.
class Resolution : private sim::settings::Part {
 public:
  Resolution(DestinationGiven& of, std::size_t index, Destination& to, const Context& application,
             const sim::settings::Origin& document)
      : Part(document, {"destinations", index}),
        given(of),
        out(to),
        context(application),
        kind(*of.kind),
        origin(document) {}
  using Part::at;
  using Part::error;
  const std::vector<Step>& path() const { return path_; }

  // What the namespace has is that of the first destination in it.
  template <class T>
  void share(std::optional<T>& value, const std::optional<T>& of_first, const char* key) const {
    if (value && value != of_first)
      error({key}, "is another than that of the first destination of its namespace",
            "remove it, or name another namespace");
    value = of_first;
  }

  // Whether it has the key, and whether the scenario gives it.
  bool has(const std::string& key) const;
  bool says(const char* key) const { return origin.given(at({key})); }
  // What is given, or the preset, where it has the key.
  template <class T>
  void fill(std::optional<T>& value, const T& preset, const char* key) const {
    if (!value && has(key)) value = preset;
  }
  // Whether there may be so many units; reported if not.
  bool check_size(const char* key, std::uint32_t units, const std::vector<std::uint32_t>& sizes) const;
  // It must grow to more than it is.
  void check_growth(const char* key, std::uint32_t most) const;
  // A key that does nothing where all is read at once.
  void check_consumer(const char* key) const;

  DestinationGiven& given;
  Destination& out;
  const Context& context;
  const DestinationKind& kind;
  const sim::settings::Origin& origin;
};

// The destinations in their order; `given` is completed as it is to be written.
std::vector<Destination> resolve_destinations(std::vector<DestinationGiven>& given, const Context& context,
                                              const sim::settings::Origin& origin);

// Completes the exports, and checks how many there are of both.
void resolve_exports(std::vector<Export>& exports, const std::vector<Destination>& destinations,
                     const Context& context, std::vector<std::string>& warnings,
                     const sim::settings::Origin& origin);

}  // namespace exports
