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

Ingress ingress(const std::vector<hub::Feed>& feeds) {
  return Ingress({{1e9, 1e9, 1e9}, hub::Shaping{}, 1e12, feeds});
}

// Group g sends g + 1 messages in 8 s, each of two blocks and 100 bytes: all sums are exact.
std::vector<hub::Feed> feeds() {
  std::vector<hub::Feed> all(many);
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
  Ingress hub = ingress(feeds());
  for (std::size_t g = 0; g < many; ++g) hub.connect(Time{}, g, 1, 0);
  hub.advance(Time{8s});
  CHECK(hub.arrived() == Approx(many * (many + 1) / 2));
  hub.set_factor(Time{8s}, 70, 3);         // 142 more in 8 s
  hub.set_sending(Time{8s}, 40, false);    // 41 less
  hub.disconnect(Time{8s}, 99, Time{8s});  // 100 less
  hub.connect(Time{8s}, 0, 1, 4);          // and 1 more, beside 4 that were kept
  hub.advance(Time{16s});
  CHECK(hub.arrived() == Approx(2 * 5050 + 142 - 41 - 100 + 1 + 4));
  CHECK(hub.account().metered == Approx(2 * hub.arrived()));
  CHECK(hub.messages_taken().bytes == Approx(100 * hub.arrived()));
}

TEST_CASE("a refused message is of a group by what each sends") {
  Ingress hub = ingress(feeds());
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
  Ingress hub({{1, 1, 1}, {0s, 5s, 0s}, 1e12, feeds()});
  for (std::size_t g = 0; g < many; ++g) hub.connect(Time{}, g, 4, 0);
  for (std::size_t g = 0; g < many; ++g) hub.set_sending(Time{}, g, false);
  hub.lump(Time{}, 80);  // fills the queue but for one place
  hub.lump(Time{}, 90);
  hub.lump(Time{}, 10);
  std::vector<std::size_t> refused;
  while (hub.take_refusal()) refused.push_back(hub.group_of_refused(0.5));
  CHECK(refused == std::vector<std::size_t>{10, 10, 10, 10, 90, 90, 90});
}
