// Load profiles from CSV files: what they may be, and how what is wrong is told.
#include "models/device/profile_csv.hpp"

#include <catch2/catch.hpp>

using device::Profile;
using namespace std::chrono_literals;

namespace {

Profile good(const std::string& text) {
  const sim::settings::Source source("load.csv", text);
  sim::settings::Diagnostics diagnostics;
  Profile profile;
  INFO(diagnostics.report());
  REQUIRE(device::read_profile(source, profile, diagnostics));
  return profile;
}

std::string wrong(const std::string& text) {
  const sim::settings::Source source("load.csv", text);
  sim::settings::Diagnostics diagnostics;
  Profile profile;
  CHECK_FALSE(device::read_profile(source, profile, diagnostics));
  return diagnostics.report();
}

}  // namespace

TEST_CASE("a table of times and factors", "[profile]") {
  const Profile profile = good("time,factor\n0s,0.5\n12h,1.5\n");
  CHECK(profile.every == 12h);
  CHECK(profile.factors == std::vector<double>{0.5, 1.5});
  CHECK(good("time,factor\r\n0s , 0.5\r\n15m, 2\r\n30m,0\r\n").factors == std::vector<double>{0.5, 2, 0});
}

TEST_CASE("what is wrong with a table is told with file and line", "[profile]") {
  CHECK(wrong("hour;load\n0;1\n") ==
        "load.csv:1:1: error: the columns are not time and factor\n"
        "  |\n1 | hour;load\n  | ^^^^^^^^^ the first line is time,factor\n");
  CHECK(wrong("time,factor\n0h,1\n1h,-2\n2h,1\n") ==
        "load.csv:3:4: error: -2 is negative\n  |\n3 | 1h,-2\n  |    ^^ a factor is 0 or more\n");
  CHECK(wrong("time,factor\n0h,1\n1h,1\n3h,1\n4h,1\n") ==
        "load.csv:4:1: error: 3h leaves a gap\n  |\n4 | 3h,1\n  | ^^ 2h follows 1h\n");
  CHECK(wrong("time,factor\n0h,1\n2h,1\n1h,1\n") ==
        "load.csv:4:1: error: 1h is not after 2h\n  |\n4 | 1h,1\n  | ^^ sort the rows\n");
  using Catch::Matchers::Contains;
  CHECK_THAT(wrong("time,factor\n1h,1\n2h,1\n"), Contains(":2:1: error: the table does not begin at 0s"));
  CHECK_THAT(wrong("time,factor\n0h,1\n60,1\n"), Contains(":3:1: error: \"60\" needs a unit"));
  CHECK_THAT(wrong("time,factor\n0h,1\n\n1h,1\n"), Contains(":3:1: error: an empty line"));
  CHECK_THAT(wrong("time,factor\n0h,1,2\n1h,1\n"), Contains(":2:1: error: not two columns"));
  CHECK_THAT(wrong("time,factor\n0h,much\n1h,1\n"), Contains(":2:4: error: \"much\""));
  CHECK_THAT(wrong("time,factor\n0h,1\n1h,1001\n"), Contains(":3:4: error: 1001 is too large"));
  CHECK_THAT(wrong("time,factor\n0h,1\n"), Contains("a table needs at least two rows"));
  CHECK_THAT(wrong("time,factor\n0s,1\n30s,1\n"), Contains(":3:1: error: rows closer than a minute"));
  CHECK_THAT(wrong("time,factor\n0h,0\n1h,0\n"), Contains("every factor is 0"));
  CHECK_THAT(wrong(""), Contains("the columns are not time and factor"));
}
