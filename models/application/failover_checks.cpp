// Orders to fail over and back that contradict each other, or what happens to the regions.
#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <vector>

#include "models/application/checks.hpp"
#include "models/application/metric_names.hpp"

namespace application {
namespace {

using sim::settings::Step;

struct Order {
  std::size_t action = 0;
  bool back = false;
  std::optional<std::uint32_t> hub;  // none: the region
  sim::Time at;

  std::vector<Step> path() const { return {"actions", action, back ? "fail_back" : "fail_over"}; }
};

// By time.
std::vector<Order> orders_of(const Draft& draft, const Origin& origin) {
  const Scenario& scenario = draft.scenario;
  std::vector<Order> orders;
  for (std::size_t i = 0; i < scenario.actions.size(); ++i) {
    const actions::Action& action = scenario.actions[i];
    if (!origin.good({"actions", i, "fail_over"}) || !origin.good({"actions", i, "fail_back"})) continue;
    if (const auto* over = std::get_if<actions::FailOver>(&action.kind))
      orders.push_back({i, false, over->hub, action.at});
    if (const auto* back = std::get_if<actions::FailBack>(&action.kind))
      orders.push_back({i, true, back->hub, action.at});
  }
  // One that could not be read has no hub either.
  std::erase_if(orders, [&](const Order& order) {
    const actions::ActionGiven& given = draft.actions[order.action];
    return !order.hub && (order.back ? given.fail_back : given.fail_over) != scenario.region;
  });
  std::stable_sort(orders.begin(), orders.end(), [](const Order& a, const Order& b) { return a.at < b.at; });
  return orders;
}

std::string subject(const Scenario& scenario, const Order& order) {
  return order.hub ? scenario.hubs.at(*order.hub).name : scenario.region;
}

// A hub may move twice a day each way, an hour apart (facts, platform 3.7).
bool in_the_limits(const Scenario& scenario, const std::vector<Order>& orders, std::size_t n,
                   const Origin& origin) {
  const Order& order = orders[n];
  const std::string what = subject(scenario, order);
  std::size_t today = 0;
  for (std::size_t i = 0; i < n; ++i) {
    if (orders[i].hub != order.hub) continue;
    const sim::Duration before = order.at - orders[i].at;
    if (before < std::chrono::hours{1}) {
      origin.error(order.path(), fmt::format("{} moved less than an hour before", what),
                   "at least an hour apart");
      return false;
    }
    today += orders[i].back == order.back && before < std::chrono::hours{24};
  }
  if (today < 2) return true;
  origin.error(order.path(), fmt::format("{} moves this way for the third time within a day", what),
               "at most twice a day");
  return false;
}

// Where the hub is by the orders before; a region that is lost may move it as well.
void check_place(const Scenario& scenario, const std::vector<Order>& orders, std::size_t n,
                 const Origin& origin) {
  const Order& order = orders[n];
  if (scenario.failover.moves == failover::Moves::hubs && loses_region(scenario)) return;
  bool away = false;
  for (std::size_t i = 0; i < n; ++i)
    if (orders[i].hub == order.hub) away = !orders[i].back;
  const std::string name = subject(scenario, order);
  if (order.back && !away)
    return origin.error(order.path(), fmt::format("{} is at home then", name),
                        "write fail_over: " + name + " in an action before");
  if (!order.back && away)
    origin.error(order.path(), fmt::format("{} is in {} then", name, scenario.recovery_region),
                 "write fail_back: " + name);
}

// Whether the region is lost at this time: by faults whose times are known; nothing where they are drawn.
std::optional<bool> lost_at(const Scenario& scenario, sim::Time at) {
  bool lost = false;
  for (const faults::Fault& fault : scenario.faults) {
    if (!takes_region(fault, scenario)) continue;
    if (fault.chance || fault.instants > 0) return std::nullopt;
    lost = lost || (fault.at <= at && at < fault.end());
  }
  return lost;
}

void check_region_order(const Scenario& scenario, const Order& order, const Origin& origin) {
  const std::string& region = scenario.region;
  if (!origin.good({"faults"})) return;
  if (!loses_region(scenario))
    return origin.error(order.path(), fmt::format("no fault takes {}", region),
                        "add a fault with region: " + region);
  if (!scenario.failover.recovers())
    return origin.error(order.path(), "the application is not recovered",
                        "write failover: {moves: application}");
  const std::optional<bool> lost = lost_at(scenario, order.at);
  if (!lost || *lost != order.back) return;
  if (order.back)
    return origin.error(order.path(), fmt::format("{} is still lost then", region),
                        "order it when the fault is over");
  origin.error(order.path(), fmt::format("{} is not lost then", region), "order it while the fault lasts");
}

}  // namespace

void check_failover_orders(const Draft& draft, const Origin& origin) {
  const Scenario& scenario = draft.scenario;
  if (!origin.good({"application"}) || !origin.good({"failover"})) return;
  const std::vector<Order> orders = orders_of(draft, origin);
  for (std::size_t n = 0; n < orders.size(); ++n) {
    if (!in_the_limits(scenario, orders, n, origin)) continue;
    if (orders[n].hub)
      check_place(scenario, orders, n, origin);
    else
      check_region_order(scenario, orders[n], origin);
  }
  const bool ordered =
      std::any_of(orders.begin(), orders.end(), [](const Order& order) { return !order.hub && !order.back; });
  if (!scenario.failover.automatic && loses_region(scenario) && !ordered && origin.good({"faults"}) &&
      origin.given({"failover", "decision"}))
    origin.error({"failover", "decision"}, "no operator orders the failover",
                 "add an action with fail_over: " + scenario.region + ", or write automatic");
}

}  // namespace application
