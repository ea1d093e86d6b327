#include "models/exports/kinds/webhook.hpp"

#include <algorithm>
#include <chrono>

#include "models/catalog.hpp"
#include "models/exports/catalog_fields.hpp"
#include "models/exports/resolve.hpp"
#include "models/exports/shared_limit.hpp"

namespace exports {

namespace {

using namespace sim::settings;

constexpr Duration window = std::chrono::seconds(1);  // its rate is stated a second

// What a scenario may say of a webhook alone.
struct Given {
  std::optional<double> calls;
  std::optional<Duration> retry_after;
};

struct Row {
  std::string name;
  Given presets;
};

Value<std::optional<Duration>> retry_after() {
  return optional(duration(std::chrono::seconds(1), std::chrono::minutes(15), "30s"));
}

const Row& row() {
  static const Row all = [] {
    Table<Row> table("webhooks");
    table.field("name", &Row::name, name("default"), "Name of the row.").required();
    table
        .field("retry_after", fields::in(&Row::presets, &Given::retry_after), retry_after(),
               "Unless a scenario says so.")
        .required();
    table
        .field("calls", fields::in(&Row::presets, &Given::calls),
               optional(per_second({"1/d", "1000000000/s"}, "1000/s")), "Unless a scenario says so.")
        .required();
    return catalog::read("models/exports/kinds/webhook.yaml", table).at(0);
  }();
  return all;
}

// The endpoint answers so many calls a second, and those above it with 429 or 503.
class Webhook final : public Sink {
 public:
  Webhook(const Destination& settings, const Setup& setup)
      : Sink(settings, setup),
        own_(settings.own.of<WebhookSettings>()),
        calls_(own_.calls, window, std::max(setup.longest, own_.retry_after), setup.senders) {}
  std::optional<Duration> busy_wait(std::uint32_t) const override { return own_.retry_after; }

 protected:
  std::uint64_t admit(Time now, const Offer& offer) override {
    const double able = calls_.available(now, offer.sender, static_cast<double>(offer.messages), offer.span);
    const std::uint64_t n = std::min(offer.messages, exports::whole(able));
    calls_.take(static_cast<double>(n));
    return n;
  }
  double takes_per_second(double) const override { return own_.calls; }
  void apply_limits(Time now) override { calls_.set_rate(now, own_.calls * capacity()); }

 private:
  const WebhookSettings own_;
  SharedLimit calls_;
};

class WebhookKind final : public DestinationKind {
 public:
  std::optional<Catalog> catalog() const override {
    return Catalog{"webhook", "models/exports/kinds/webhook.yaml", "what a webhook takes"};
  }
  std::string name() const override { return "webhook"; }  // what it costs is its owner's
  void add_keys(Table<DestinationGiven>& table) const override {
    table.field(
        "calls", own<Given>(&Given::calls), optional(per_second({"1/d", "1000000000/s"}, "1000/s")),
        "Of a webhook: calls, one a message, that its endpoint answers before it answers 429 or 503.");
    table.field("retry_after", own<Given>(&Given::retry_after), retry_after(),
                "Of a webhook: how long an export waits after such an answer.");
  }
  std::vector<std::string> keys(Tier) const override { return {"calls", "retry_after"}; }

  void resolve(Resolution& r) const override {
    Given& given = r.given.own.of<Given>();
    r.fill(given.calls, *row().presets.calls, "calls");
    r.fill(given.retry_after, *row().presets.retry_after, "retry_after");
    r.out.own.of<WebhookSettings>() = {*given.calls, *given.retry_after};
  }
  std::optional<Refusal> no_failover(const Destination&) const override {
    return Refusal{"nothing of a webhook is known to be elsewhere",
                   "remove it; another endpoint is a destination of its own"};
  }

  bool spans_zones(const Destination&) const override { return false; }
  std::uint64_t most_message(const Destination&) const override { return 0; }
  std::unique_ptr<Sink> make_sink(const Destination& to, const Sink::Setup& setup) const override {
    return std::make_unique<Webhook>(to, setup);
  }
  std::string more_room(const Destination& to) const override {
    return "calls=" + format_decimal(2 * to.own.of<WebhookSettings>().calls) + "/s";
  }
  std::string copy_elsewhere() const override { return ""; }
};

}  // namespace

const DestinationKind& webhook() {
  static const WebhookKind kind;
  return kind;
}

}  // namespace exports
