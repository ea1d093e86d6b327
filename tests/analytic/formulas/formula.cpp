#include "tests/analytic/formulas/formula.hpp"

#include <catch2/catch.hpp>
#include <cmath>

#include "tools/analysis/combine.hpp"

namespace formula {

namespace {

std::vector<const History*>& list() {
  static std::vector<const History*> histories;
  return histories;
}

}  // namespace

History::History(std::function<measures::Report()> tell, std::vector<Expected> expected)
    : tell_(std::move(tell)), expected_(std::move(expected)) {
  list().push_back(this);
}

const std::vector<const History*>& History::all() { return list(); }

void History::check() const {
  const analysis::Metrics metrics = analysis::combine({tell_()});
  for (const Expected& e : expected_) {
    INFO(e.metric);
    const auto found = metrics.find(e.metric);
    REQUIRE(found != metrics.end());
    const double value = found->second.value.value_or(none);
    if (std::isnan(e.value))
      CHECK(std::isnan(value));
    else
      CHECK(value == Approx(e.value).margin(e.tolerance).epsilon(0));
  }
}

}  // namespace formula
