// What shows that the keys of faults by chance, and of those that replications go through, do something.
#include "tests/scenario/key_rows.hpp"

namespace keys {

namespace {

// Two hubs of one zone, that fail about once a day.
const std::string chance = R"(
duration: 10d
application: {region: westus, hubs: [{zone: 1}, {zone: 1}, {zone: 2}]}
provisioning: {exclude_failed_hubs: false}
fleet: [{name: meters, devices: 6, client: sdk-python, credentials: x509}]
faults: [{name: outages, each: hub, mtbf: 1d, mttr: 1h}]
)";

const std::string places = R"(
duration: 2h
replications: 4
application: {hubs: {count: 2}}
fleet: [{name: meters, devices: 6, client: sdk-python, credentials: x509}]
faults: [{name: away, each: hub, instants: 2, for: 10m}]
)";

}  // namespace

std::vector<Row> chance_rows() {
  const std::string f = "faults[0].", incidents = "recovery.outages.incidents",
                    downtime = "recovery.outages.downtime";
  return {
      {"faults.each", chance, {}, f + "each=region", downtime},
      {"faults.mtbf", chance, {}, f + "mtbf=2d", incidents},
      {"faults.mttr", chance, {}, f + "mttr=2h", downtime},
      {"faults.time_to_failure",
       chance,
       {},
       f + "time_to_failure={weibull: {shape: 3}}",
       "hubs.availability"},
      {"faults.time_to_failure.weibull.shape",
       chance,
       {f + "time_to_failure={weibull: {shape: 3}}"},
       f + "time_to_failure.weibull.shape=2",
       "hubs.availability"},
      {"faults.time_to_repair", chance, {}, f + "time_to_repair=fixed", downtime},
      {"faults.time_to_repair.lognormal.sigma",
       chance,
       {f + "time_to_repair={lognormal: {sigma: 1}}"},
       f + "time_to_repair.lognormal.sigma=0.5",
       downtime},
      {"faults.correlated.zone",
       chance,
       {f + "correlated={region: 1%}"},
       f + "correlated.zone=90%",
       incidents},
      {"faults.correlated.region",
       chance,
       {f + "correlated={zone: 1%}"},
       f + "correlated.region=90%",
       incidents},
      {"faults.instants", places, {}, f + "instants=3", "write replications: 6", Effect::refused},
  };
}

}  // namespace keys
