// Every metric of the catalog has a history made by hand in which its value, which is not zero, is checked.
#include <catch2/catch.hpp>
#include <cmath>
#include <set>

#include "models/measures/catalog.hpp"
#include "tests/analytic/formulas/formula.hpp"

TEST_CASE("every metric of the catalog has a test of its formula", "[formula]") {
  std::set<const measures::MetricKind*> tested;
  for (const formula::History* history : formula::History::all())
    for (const formula::Expected& expected : history->expected()) {
      const measures::MetricKind* kind = measures::metric_kind(expected.metric);
      INFO(expected.metric);
      REQUIRE(kind);
      if (!std::isnan(expected.value) && expected.value != 0) tested.insert(kind);
    }
  std::string untested;  // of which nothing is computed by hand
  for (const measures::MetricKind& kind : measures::metric_catalog())
    if (!tested.contains(&kind)) untested += kind.pattern + ": " + kind.formula + "\n";
  CHECK(untested == "");
}
