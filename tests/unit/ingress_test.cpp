// What the groups of a hub send together, whichever of them changes: the same as of one group that is as
// large.
#include <catch2/catch.hpp>
#include <vector>

#include "models/hub/ingress.hpp"

using namespace std::chrono_literals;
using hub::Ingress;
using sim::Time;

namespace {

constexpr std::size_t many = 100;  // groups, more than are summed together

Ingress ingress(const std::vector<hub::OfferedLoad>& offered) {
  return Ingress({{1e9, 1e9, 1e9}, hub::Shaping{}, 1e12, offered});
}

// Group g sends g + 1 messages in 8 s, each of two blocks and 100 bytes: all sums are exact.
std::vector<hub::OfferedLoad> offered() {
  std::vector<hub::OfferedLoad> all(many);
  for (std::size_t g = 0; g < many; ++g) {
    all[g].per_second = static_cast<double>(g + 1) / 8;
    all[g].blocks = 2;
    all[g].bytes = 100;
    all[g].flush = 1;
  }
  return all;
}

}  // namespace

TEST_CASE("a hub takes what all of its groups send") {
  Ingress hub = ingress(offered());
  for (std::size_t g = 0; g < many; ++g) hub.connect(Time{}, g, 1, 0);
  hub.advance(Time{8s});
  CHECK(hub.flow().arrived() == Approx(many * (many + 1) / 2));
  hub.set_factor(Time{8s}, 70, 3);         // 142 more in 8 s
  hub.set_sending(Time{8s}, 40, false);    // 41 less
  hub.disconnect(Time{8s}, 99, Time{8s});  // 100 less
  hub.connect(Time{8s}, 0, 1, 4);          // and 1 more, beside 4 that were kept
  hub.advance(Time{16s});
  CHECK(hub.flow().arrived() == Approx(2 * 5050 + 142 - 41 - 100 + 1 + 4));
  CHECK(hub.counters().metered == Approx(2 * hub.flow().arrived()));
  CHECK(hub.messages_taken().bytes == Approx(100 * hub.flow().arrived()));
}

// In 8 s two devices send 16 twin updates of 3 blocks and 50 bytes and are asked 32 methods of 5 blocks, each
// 10 bytes for the limit; three of another group send 6 updates of a block and 80 bytes. All is admitted.
TEST_CASE("what is asked of devices uses up the quota beside their messages") {
  std::vector<hub::OfferedLoad> groups(2);
  groups[0].properties = {1, 1, 3, 50};
  groups[0].commands = {2, 10, 5, 0};
  groups[1].properties = {0.25, 1, 1, 80};
  for (hub::OfferedLoad& feed : groups) feed.flush = 1;
  Ingress hub = ingress(groups);
  hub.connect(Time{}, 0, 2, 0);
  hub.connect(Time{}, 1, 3, 0);
  hub.advance(Time{4s});
  hub.advance(Time{8s});
  CHECK(hub.properties().sent == Approx(22));
  CHECK(hub.commands().sent == Approx(32));
  CHECK(hub.quota().used() == Approx(16 * 3 + 32 * 5 + 6));
  CHECK(hub.counters().metered == Approx(16 * 3 + 32 * 5 + 6));
  CHECK(hub.properties_taken().messages == Approx(22));
  CHECK(hub.properties_taken().bytes == Approx(16 * 50 + 6 * 80));
  hub.disconnect(Time{8s}, 0, Time{8s});  // one of the first group is left: its bytes alone count half
  hub.advance(Time{16s});
  CHECK(hub.properties_taken().bytes == Approx(16 * 50 + 6 * 80 + 8 * 50 + 6 * 80));
  hub.begin_day(Time{16s}, 7);
  CHECK(hub.quota().used() == Approx(7));
}

// Each of two devices sends a message a second and has four of its own to send first, two a second: at 2 s
// that ends and nobody asks before 10 s.
TEST_CASE("what was kept is sent for as long as it takes, whoever looks") {
  std::vector<hub::OfferedLoad> groups(2);
  for (hub::OfferedLoad& feed : groups) feed.per_second = 1, feed.flush = 2;
  for (const bool often : {false, true}) {
    Ingress hub = ingress(groups);
    CHECK(hub.connect(Time{}, 0, 2, 4) == Time{2s});
    hub.connect(Time{1s}, 1, 1, 4);
    if (often)
      for (int t = 1; t < 40; ++t) hub.advance(Time{t * 250ms});
    hub.advance(Time{10s});
    CHECK(hub.flow().arrived() == Approx(2 * 10 + 2 * 4 + 9 + 4));
    CHECK(hub.flow().backlog() == 0);
  }
}

TEST_CASE("a hub counts how long it is without quota") {
  std::vector<hub::OfferedLoad> groups(1);
  groups[0].per_second = 1;
  groups[0].blocks = 2;
  groups[0].flush = 1;
  Ingress hub({{1e9, 1e9, 1e9}, hub::Shaping{}, 20, groups});
  hub.connect(Time{}, 0, 1, 0);
  CHECK(hub.next() > Time{10s});
  CHECK(hub.next() < Time{10s + 1ms});
  hub.advance(Time{hub.next()});
  CHECK(hub.quota().used_up());
  hub.advance(Time{25s});
  CHECK(sim::seconds(hub.counters().without_quota) == Approx(15).margin(1e-3));
  hub.begin_day(Time{25s});
  CHECK_FALSE(hub.quota().used_up());
  hub.advance(Time{30s});
  CHECK(sim::seconds(hub.counters().without_quota) == Approx(15).margin(1e-3));
}

TEST_CASE("a refused message is of a group by what each sends") {
  Ingress hub = ingress(offered());
  for (std::size_t g = 0; g < many; ++g) hub.connect(Time{}, g, 1, 0);
  std::vector<double> before{0};
  for (std::size_t g = 0; g < many; ++g) before.push_back(before.back() + static_cast<double>(g + 1) / 5050);
  for (std::size_t g = 0; g < many; ++g) CHECK(hub.group_of_refused((before[g] + before[g + 1]) / 2) == g);
  hub.set_sending(Time{1s}, 99, false);
  CHECK(hub.group_of_refused(0.9999) == 98);
  for (std::size_t g = 0; g < many; ++g) hub.set_sending(Time{1s}, g, false);
  CHECK(hub.group_of_refused(0.5) == 98);  // nobody sends: one that did
}

TEST_CASE("whose lump overflowed is refused first") {
  Ingress hub({{1, 1, 1}, {0s, 5s, 0s}, 1e12, offered()});
  for (std::size_t g = 0; g < many; ++g) hub.connect(Time{}, g, 4, 0);
  for (std::size_t g = 0; g < many; ++g) hub.set_sending(Time{}, g, false);
  hub.lump(Time{}, 80);  // fills the queue but for one place
  hub.lump(Time{}, 90);
  hub.lump(Time{}, 10);
  std::vector<std::size_t> refused;
  while (hub.take_refusal()) refused.push_back(hub.group_of_refused(0.5));
  CHECK(refused == std::vector<std::size_t>{10, 10, 10, 10, 90, 90, 90});
}

// A message of two blocks a second, and a read of two blocks each 10 s from zero on: at 545 s 55 reads are
// 110 blocks and the messages 1,090.
TEST_CASE("reads bring the end of the quota nearer, and few of them ask for a look at it") {
  std::vector<hub::OfferedLoad> groups(1);
  groups[0].per_second = 1;
  groups[0].blocks = 2;
  groups[0].flush = 1;
  groups[0].on_connect.blocks = 2;
  Ingress hub({{1e9, 1e9, 1e9}, hub::Shaping{}, 1'200, groups});
  hub.connect(Time{}, 0, 1, 0);
  Time look = hub.next();
  int asked = 0, looks = 0;
  for (Time read{}; !hub.quota().used_up(); read += 10s) {
    for (; look <= read && !hub.quota().used_up(); look = hub.next(), ++looks) hub.advance(look);
    if (hub.quota().used_up()) break;
    if (!hub.meter_read(read, 0)) continue;
    look = hub.next();
    ++asked;
  }
  CHECK(sim::seconds(hub.counters().without_quota) == 0);
  hub.advance(Time{600s});
  CHECK(sim::seconds(hub.counters().without_quota) == Approx(55).margin(1e-3));
  CHECK(asked < 15);
  CHECK(looks < 40);
}
