// Numbers and quantities: what is read, what is refused with which advice, and that writing and reading
// agree.
#include <catch2/catch.hpp>

#include "sim/settings/quantity.hpp"

namespace {

using namespace sim::settings;
using namespace std::chrono_literals;

template <class T>
T good(const Parsed<T>& parsed) {
  if (const auto* problem = std::get_if<Problem>(&parsed))
    FAIL("refused: " << problem->what << "; " << problem->hint);
  return std::get<T>(parsed);
}

template <class T>
Problem bad(const Parsed<T>& parsed) {
  REQUIRE(std::holds_alternative<Problem>(parsed));
  return std::get<Problem>(parsed);
}

}  // namespace

TEST_CASE("durations") {
  CHECK(good(parse_duration("15m")) == 15min);
  CHECK(good(parse_duration("1h30m")) == 90min);
  CHECK(good(parse_duration("1h 30m")) == 90min);
  CHECK(good(parse_duration("15 m")) == 15min);
  CHECK(good(parse_duration("10ms")) == 10ms);
  CHECK(good(parse_duration("7us")) == 7us);
  CHECK(good(parse_duration("2d")) == 48h);
  CHECK(good(parse_duration("1.5s")) == 1500ms);
  CHECK(good(parse_duration("0.000001s")) == 1us);
  CHECK(good(parse_duration("0")) == 0s);
  CHECK(good(parse_duration("0s")) == 0s);
  CHECK(good(parse_duration("106751991d")) == 106751991 * 24h);  // the largest whole number of days
  CHECK(bad(parse_duration("106751992d")).what == "is too large");
  CHECK(bad(parse_duration("106751991d24h")).what == "is too large");  // the sum, not a part
  CHECK(bad(parse_duration("15")).hint == "write 15s, 15m or 15h");
  CHECK(bad(parse_duration("1h30")).what == "needs a unit");
  CHECK(bad(parse_duration("")).what == "is empty");
  CHECK(bad(parse_duration("m")).what == "is not a number");
  CHECK(bad(parse_duration("1h,5m")).what == "is not a duration");
  CHECK(bad(parse_duration("5m5m")).what == "has its units out of order");
  CHECK(bad(parse_duration("5M")).hint == "write 5m");
  CHECK(bad(parse_duration("-5m")).what == "must not be negative");
  CHECK(bad(parse_duration("0.0000001s")).what == "is finer than a microsecond");
  CHECK(bad(parse_duration("1e3s")).what == "has the unknown unit \"e\"");
  CHECK(bad(parse_duration("5m x")).what == "is not a duration");
}

TEST_CASE("durations are written so that they read back") {
  for (const sim::Duration d :
       {sim::Duration{0}, sim::Duration{1}, sim::Duration{1'500'000}, sim::Duration{5'400'000'000},
        sim::Duration{176'461'001'001}, sim::Duration{INT64_MAX}})
    CHECK(good(parse_duration(format_duration(d))) == d);
  CHECK(format_duration(90min) == "1h30m");
  CHECK(format_duration(1500ms) == "1s500ms");
}

TEST_CASE("whole numbers and decimals") {
  CHECK(good(parse_whole("0")) == 0);
  CHECK(good(parse_whole("18446744073709551615")) == UINT64_MAX);
  CHECK(bad(parse_whole("18446744073709551616")).what == "has too many digits");
  CHECK(bad(parse_whole("010")).hint == "write 10");
  CHECK(bad(parse_whole("00")).hint == "write 0");
  CHECK(bad(parse_whole("1.0")).what == "is not a whole number");
  CHECK(bad(parse_whole("1,000")).hint == "write 1000");
  CHECK(bad(parse_whole("5x")).hint == "write 5");
  CHECK(bad(parse_whole("0x10")).hint == "write it in decimal digits");
  CHECK(bad(parse_whole("1e6")).hint == "write all digits, without an exponent");
  CHECK(bad(parse_whole(" 5")).what == "is not a number");
  CHECK(good(parse_decimal("1.25")) == 1.25);
  CHECK(good(parse_decimal("-6.2597")) == -6.2597);
  CHECK(bad(parse_decimal(".5")).hint == "write 0.5");
  CHECK(bad(parse_decimal("5.")).what == "is not a number");
  CHECK(bad(parse_decimal(".inf")).hint == "infinity and not-a-number are no values");
  CHECK(bad(parse_decimal("nan")).what == "is not a number");
  CHECK(bad(parse_decimal("00.5")).hint == "write 0.5");
  CHECK(bad(parse_decimal("--5")).what == "must not be negative");
  for (const double v : {0.0, 0.1, 1.0 / 3, 1e-7, 123456789.125, 1e15})
    CHECK(good(parse_decimal(format_decimal(v))) == v);
}

TEST_CASE("sizes, shares, rates and counts") {
  CHECK(good(parse_size("512 B")) == 512);
  CHECK(good(parse_size("64KiB")) == 65536);
  CHECK(good(parse_size("1 MB")) == 1'000'000);
  CHECK(good(parse_size("1.5 KB")) == 1500);
  CHECK(bad(parse_size("512")).hint == "write 512 B, 512 KB or 512 KiB");
  CHECK(bad(parse_size("64 KIB")).hint == "units are B, KB, KiB, MB, MiB, GB and GiB");
  CHECK(bad(parse_size("99999999999 GiB")).what == "is too large");
  CHECK(format_size(65536) == "64 KiB");
  CHECK(format_size(1500) == "1500 B");
  CHECK(good(parse_share("5%")) == 0.05);
  CHECK(good(parse_share("0")) == 0);
  CHECK(good(parse_share("100 %")) == 1);
  CHECK(bad(parse_share("0.3")).hint == "write 30%");
  CHECK(bad(parse_share("100.1%")).what == "is more than 100%");
  for (int i = 0; i <= 1000; ++i) {
    const double v = i / 1000.0;
    CHECK(good(parse_share(format_share(v))) == v);
  }
  CHECK(good(parse_rate("200/min")).per_second() == 200.0 / 60);
  CHECK(good(parse_rate("1000 /h")).count == 1000);
  CHECK(bad(parse_rate("5")).hint == "write 5/s, 5/min or 5/h");
  CHECK(bad(parse_rate("5 per s")).what == "has the unknown unit \"per s\"");
  for (const double v : {100.0, 12.0, 100.0 / 60, 5000.0 / 60, 6000.0, 1e-3})
    CHECK(good(parse_rate(format_rate(v))).per_second() == v);
  // Rates that have no short text as so many a second or a minute.
  for (const char* text :
       {"1/d", "7/d", "1/h", "0.3/h", "1.23456789012345/d", "123456.7/d", "17/min", "12901669.7805/min",
        "215027.82967500002/s", "0.0575/min", "0.000000000000000001/d"}) {
    const double v = good(parse_rate(text)).per_second();
    INFO(text << " is written as " << format_rate(v));
    CHECK(good(parse_rate(format_rate(v))).per_second() == v);
  }
  CHECK(good(parse_count_of("500 messages", "messages")) == 500);
  CHECK(good(parse_count_of("1 message", "messages")) == 1);
  CHECK(bad(parse_count_of("500", "messages")).hint == "write 500 messages");
  CHECK(bad(parse_count_of("500 letters", "messages")).hint == "write 500 messages");
  CHECK(bad(parse_count_of("1.5 messages", "messages")).what == "is not a whole number");
}

TEST_CASE("instants") {
  CHECK(good(parse_instant("2023-06-01T06:00Z")) == 1685599200);
  CHECK(good(parse_instant("2000-01-01T00:00:01Z")) == 946684801);
  CHECK(good(parse_instant("2024-02-29T23:59:59Z")) == 1709251199);
  CHECK(bad(parse_instant("2023-02-29T00:00Z")).what == "is not in the calendar");
  CHECK(bad(parse_instant("2023-06-01T24:00Z")).what == "is not in the calendar");
  CHECK(bad(parse_instant("2023-06-01 06:00Z")).hint == "write it like 2023-06-01T06:00Z");
  for (const std::int64_t t : {946684800L, 1685599200L, 1709251199L, 4102444799L})
    CHECK(good(parse_instant(format_instant(t))) == t);
}
