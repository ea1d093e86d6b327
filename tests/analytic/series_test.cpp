// The instants of the time series. Answer: about 360 rows a run, at whole multiples of ten seconds, from the
// start to the end: one a minute in six hours, one each ten seconds in an hour or less.
#include <catch2/catch.hpp>

#include "tests/support/run.hpp"

namespace {

void check_rows(const char* duration, double step, std::size_t rows) {
  INFO(duration);
  support::Options options;
  options.set = {std::string("duration=") + duration};
  const measures::Series series = support::run("fleet: [{devices: 1}]", options).series;
  REQUIRE(series.columns.front() == "time_s");
  REQUIRE(series.rows.size() == rows);
  for (std::size_t i = 0; i < rows; ++i) CHECK(series.rows[i].front() == static_cast<double>(i) * step);
}

}  // namespace

TEST_CASE("a run has about 360 rows of its time series", "[series][long]") {
  check_rows("6h", 60, 361);
  check_rows("1h", 10, 361);
  check_rows("10m", 10, 61);
  check_rows("12h", 120, 361);
}
