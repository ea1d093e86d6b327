// Orders to fail over and back that contradict each other, or what happens to the regions.
#include <fmt/format.h>

#include <algorithm>

#include "models/failover/resolve.hpp"

namespace failover {
namespace {

using sim::settings::Origin;
using sim::settings::Step;

std::vector<Step> path(const Order& order) {
  return {"actions", order.action, order.back ? "fail_back" : "fail_over"};
}

std::string subject(const Context& context, const Order& order) {
  return order.hub ? context.hubs.at(order.hub->index()).name : context.region;
}

// A hub may move twice a day each way, an hour apart (facts, platform 3.7). With `limits: off` that is a
// warning.
bool in_the_limits(const Context& context, const std::vector<Order>& orders, std::size_t n,
                   std::vector<std::string>& warnings, const Origin& origin) {
  const auto beyond = [&](const std::string& problem, const char* remedy) {
    if (context.documented)
      origin.error(path(orders[n]), problem, remedy);
    else
      warnings.push_back(problem + " (limits: off)");
    return !context.documented;
  };
  const Order& order = orders[n];
  const std::string what = subject(context, order);
  std::size_t today = 0;
  for (std::size_t i = 0; i < n; ++i) {
    if (orders[i].hub != order.hub) continue;
    const sim::Duration before = order.at - orders[i].at;
    if (before < std::chrono::hours{1})
      return beyond(fmt::format("{} moved less than an hour before", what), "at least an hour apart");
    today += orders[i].back == order.back && before < std::chrono::hours{24};
  }
  if (today < 2) return true;
  return beyond(fmt::format("{} moves this way for the third time within a day", what),
                "at most twice a day");
}

// Where the hub is by the orders before; a region that is lost may move it as well.
void check_place(const Settings& settings, const Context& context, const std::vector<Order>& orders,
                 std::size_t n, const Origin& origin) {
  const Order& order = orders[n];
  if (settings.moves == Moves::hubs && !context.losses.empty()) return;
  bool away = false;
  for (std::size_t i = 0; i < n; ++i)
    if (orders[i].hub == order.hub) away = !orders[i].back;
  const std::string name = subject(context, order);
  if (order.back && !away)
    return origin.error(path(order), fmt::format("{} is at home then", name),
                        "write fail_over: " + name + " in an action before");
  if (!order.back && away)
    origin.error(path(order), fmt::format("{} is in {} then", name, context.recovery_region),
                 "write fail_back: " + name);
}

// Whether the region is lost at this time: by faults whose times are known; nothing where they are drawn.
std::optional<bool> lost_at(const Context& context, sim::Time at) {
  bool lost = false;
  for (const Loss& loss : context.losses) {
    if (!loss.known) return std::nullopt;
    lost = lost || (loss.from <= at && at < loss.to);
  }
  return lost;
}

void check_region_order(const Settings& settings, const Context& context, const Order& order,
                        const Origin& origin) {
  const std::string& region = context.region;
  if (!origin.good({"faults"})) return;
  if (context.losses.empty())
    return origin.error(path(order), fmt::format("no fault takes {}", region),
                        "add a fault with region: " + region);
  if (!settings.recovers())
    return origin.error(path(order), "the application is not recovered",
                        "write failover: {moves: application}");
  const std::optional<bool> lost = lost_at(context, order.at);
  if (!lost || *lost != order.back) return;
  if (order.back)
    return origin.error(path(order), fmt::format("{} is still lost then", region),
                        "order it when the fault is over");
  origin.error(path(order), fmt::format("{} is not lost then", region), "order it while the fault lasts");
}

}  // namespace

void check_orders(const Settings& settings, const std::vector<Order>& orders, const Context& context,
                  std::vector<std::string>& warnings, const Origin& origin) {
  if (!origin.good({"application"}) || !origin.good({"failover"})) return;
  for (std::size_t n = 0; n < orders.size(); ++n) {
    if (!in_the_limits(context, orders, n, warnings, origin)) continue;
    if (orders[n].hub)
      check_place(settings, context, orders, n, origin);
    else
      check_region_order(settings, context, orders[n], origin);
  }
  const bool ordered =
      std::any_of(orders.begin(), orders.end(), [](const Order& order) { return !order.hub && !order.back; });
  if (!settings.automatic && !context.losses.empty() && !ordered && origin.good({"faults"}) &&
      origin.given({"failover", "decision"}))
    origin.error({"failover", "decision"}, "no operator orders the failover",
                 "add an action with fail_over: " + context.region + ", or write automatic");
}

}  // namespace failover
