// A fault of a scenario while what it strikes is found by its name; contradictions are reported.
#pragma once
#include <initializer_list>
#include <set>
#include <string>
#include <vector>

#include "models/faults/tables.hpp"
#include "models/faults/topology.hpp"
#include "sim/settings/origin.hpp"

namespace faults {

class Naming : private sim::settings::Part {
 public:
  Naming(std::vector<FaultGiven>& faults, std::size_t index, const Topology& there,
         const sim::settings::Origin& document)
      : Part(document, {"faults", index}),
        all(faults),
        given(faults[index]),
        fault(given.fault),
        topology(there),
        origin(document) {}
  using Part::at;
  using Part::error;
  const std::vector<Step>& path() const { return path_; }

  // Something of the application must be in the region; `steps` lead to its name.
  void check_region(std::initializer_list<Step> steps, const std::string& region) const;
  // Cloud regions that something of the application is in, or may come to be in.
  std::set<std::string> regions_in_use() const;
  // Whether services in the region span its zones.
  bool spans_zones(const std::string& region) const;
  // Whether those in the region of the zone do; where the fault is of each zone: whether all do.
  bool zone_is_spanned() const;
  // Finds the destination of this name, which stands under the key; null, and reported, if there is none.
  const Topology::Destination* find_destination(const char* key, const std::string& name);

  const std::vector<FaultGiven>& all;
  FaultGiven& given;
  Fault& fault;
  const Topology& topology;
  const sim::settings::Origin& origin;
};

}  // namespace faults
