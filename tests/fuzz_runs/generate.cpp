#include "tests/fuzz_runs/generate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>

#include "models/application/draft.hpp"
#include "sim/settings/quantity.hpp"
#include "tests/fuzz_runs/values.hpp"

namespace fuzz {

namespace {

using namespace sim::settings;
using namespace std::chrono_literals;
using support::Draws;

const Shape* part_of(const Shape& map, const std::string& key) {
  for (const Field& field : map.fields)
    if (field.key == key) return &field.shape;
  return nullptr;
}

class Maker {
 public:
  explicit Maker(Draws& draws) : luck_(draws) { add_special(); }

  Node scenario() {
    Node root = map_of(application::scenario_shape(), "");
    if (replications_ > 0) set(root, "replications", std::to_string(replications_));
    return root;
  }

 private:
  using Special = std::function<Node(const Shape&)>;

  bool chance(std::uint64_t percent) { return luck_.below(100) < percent; }
  std::uint64_t some(std::uint64_t least, std::uint64_t most) {
    return least + luck_.below(most - least + 1);
  }
  static void set(Node& map, const std::string& key, const std::string& text) {
    std::erase_if(map.entries, [&](const Entry& entry) { return entry.key == key; });
    map.add(key, Node::scalar(text));
  }
  static Node list_of(std::vector<Node> items) {
    Node list = Node::list();
    list.items = std::move(items);
    return list;
  }

  std::string seconds(sim::Duration from, sim::Duration to) {
    const auto range = static_cast<std::uint64_t>((to - from) / 1s);
    return format_duration(from + sim::Duration{1s} * static_cast<std::int64_t>(luck_.below(range + 1)));
  }
  std::string instant() { return seconds(warmup_, run_ - 1s); }

  // How often a key is there that need not be.
  std::uint64_t share_of(const std::string& key) const {
    static const std::map<std::string, std::uint64_t> shares{{"duration", 100},
                                                             {"warmup", 40},
                                                             {"limits", 80},
                                                             {"application", 90},
                                                             {"provisioning", 50},
                                                             {"scaling", 50},
                                                             {"failover", 30},
                                                             {"prices", 10},
                                                             {"destinations", 45},
                                                             {"exports", 90},
                                                             {"faults", 85},
                                                             {"actions", 45},
                                                             {"expect", 5},
                                                             {"tolerances", 5},
                                                             {"application.hubs", 85},
                                                             {"fleet.name", 100},
                                                             {"application.hubs.name", 100},
                                                             {"description", 5},
                                                             {"fleet.approval", 10},
                                                             {"fleet.edge", 10}};
    if (const auto found = shares.find(key); found != shares.end()) return found->second;
    for (const char* level : {"prices.", "scaling.", "faults.mode.", "fleet.telemetry.profile."})
      if (key.starts_with(level)) return 45;
    return 22;
  }

  Node make(const Shape& shape, const std::string& key) {
    if (const auto found = special_.find(key); found != special_.end()) return found->second(shape);
    return plain(shape, key);
  }

  Node plain(const Shape& shape, const std::string& key) {
    switch (shape.kind) {
      case Shape::Kind::scalar:
        return scalar(shape, key);
      case Shape::Kind::either:
        return plain(shape.parts[luck_.below(shape.parts.size())], key);
      case Shape::Kind::list:
        return items(shape, key, some(1, 3));
      case Shape::Kind::map:
        break;
    }
    return map_of(shape, key);
  }

  Node scalar(const Shape& shape, const std::string& key) {
    const std::string word = key.substr(key.rfind('.') + 1);
    const bool place = word.find("region") != std::string::npos || word == "cloud" || word == "from" ||
                       word == "to" || word == "devices";
    if (place && !shape.words.empty() && chance(70))
      return Node::scalar(luck_.one_of({"westeurope", "westeurope", "northeurope", "japaneast"}));
    return Node::scalar(scalar_text(shape, run_, luck_));
  }

  Node items(const Shape& list, const std::string& key, std::uint64_t n) {
    Node node = Node::list();
    for (index_ = 0; node.items.size() < n;) {
      const std::size_t at = node.items.size();
      index_ = at;
      node.items.push_back(make(list.parts.at(0), key + "[]"));
    }
    return node;
  }

  // Three times that grow, or two.
  Node growing(const Shape& shape, const std::vector<std::string>& keys) {
    std::vector<std::string> times;
    for (const std::string& one : keys) times.push_back(scalar_text(*part_of(shape, one), run_, luck_));
    const auto shorter = [](const std::string& a, const std::string& b) {
      return std::get<sim::Duration>(parse_duration(a)) < std::get<sim::Duration>(parse_duration(b));
    };
    std::sort(times.begin(), times.end(), shorter);
    Node node = Node::map();
    for (std::size_t i = 0; i < keys.size(); ++i) node.add(keys[i], Node::scalar(times[i]));
    return node;
  }

  Node map_of(const Shape& shape, const std::string& key) {
    if (part_of(shape, "mode") && part_of(shape, "least") && part_of(shape, "most"))
      return growing(shape, {"least", "mode", "most"});
    Node node = Node::map();
    const std::string level = key.empty() ? "" : level_of(key) + '.';
    for (const Field& field : shape.fields) {
      if (field.later || !(field.required || chance(share_of(level + field.key)))) continue;
      node.add(field.key, make(field.shape, level + field.key));
    }
    return node;
  }

  // "fleet[]" as "fleet".
  static std::string level_of(const std::string& key) {
    return key.ends_with("[]") ? key.substr(0, key.size() - 2) : key;
  }

  Node named(const std::string& kind, std::size_t n) const {
    return Node::scalar(fmt::format("{}-{}", kind, n));
  }
  Node any_named(const std::string& kind, std::size_t n) {
    return named(kind, 1 + luck_.below(std::max<std::size_t>(1, n)));
  }

  void say(const std::string& key, std::function<std::string()> text) {
    special_[key] = [text](const Shape&) { return Node::scalar(text()); };
  }

  void add_special() {
    say("name", [] { return "fuzz"; });
    say("duration", [this] {
      // A quarter of an hour and more for some, which take most of the time of all.
      const std::uint64_t least = chance(10) ? 1 : 60, most = chance(20) ? 1800 : 600;  // seconds
      run_ = sim::Duration{1s} * static_cast<std::int64_t>(between(least, most, luck_));
      return format_duration(run_);
    });
    say("warmup", [this] {
      warmup_ = sim::Duration{1s} *
                static_cast<std::int64_t>(luck_.below(static_cast<std::uint64_t>(run_ / 2s) + 1));
      return format_duration(warmup_);
    });
    say("expect[]", [] { return "devices.lost >= 0"; });
    special_["tolerances"] = [](const Shape&) {
      Node map = Node::map();
      map.add("devices.lost", Node::scalar("5%"));
      return map;
    };
    add_application();
    add_fleet();
    add_exports();
    for (const char* key : {"scaling.hubs.least", "scaling.hubs.most", "scaling.schedule.hubs"})
      say(key, [this] { return std::to_string(some(1, 8)); });
    special_["faults[]"] = [this](const Shape& shape) { return fault(shape); };
    special_["actions[]"] = [this](const Shape& shape) { return action(shape); };
    add_targets();
  }

  void add_application() {
    special_["application.hubs"] = [this](const Shape& shape) {
      if (chance(50)) return plain(shape.parts[0], "application.hubs");
      hubs_ = some(1, 4);
      return items(shape.parts[1], "application.hubs", hubs_);
    };
    special_["application.hubs.count"] = [this](const Shape&) {
      hubs_ = some(1, 5);
      return Node::scalar(std::to_string(hubs_));
    };
    special_["application.hubs.name"] = [this](const Shape&) { return named("hub", index_ + 1); };
    for (const char* key : {"provisioning.static_hub", "provisioning.enrollments.static_hub",
                            "provisioning.enrollments.hubs.hub"})
      special_[key] = [this](const Shape&) { return any_named("hub", hubs_); };
    special_["provisioning.enrollments"] = [this](const Shape& shape) {
      enrollments_ = some(1, 2);
      return items(shape, "provisioning.enrollments", enrollments_);
    };
    special_["provisioning.enrollments.name"] = [this](const Shape&) { return named("line", index_ + 1); };
  }

  void add_fleet() {
    special_["fleet"] = [this](const Shape& shape) {
      groups_ = some(1, 3);
      return items(shape, "fleet", groups_);
    };
    special_["fleet.name"] = [this](const Shape&) {
      sizes_.push_back(between(1, 40, luck_));
      return named("group", sizes_.size());
    };
    say("fleet.devices", [this] { return std::to_string(sizes_.back()); });
    special_["fleet.enrollment"] = [this](const Shape&) {
      return enrollments_ == 0 ? Node::scalar("default") : any_named("line", enrollments_);
    };
    say("fleet.telemetry.profile.csv", [] { return "load.csv"; });
    special_["fleet.telemetry.profile"] = [this](const Shape& shape) {
      return chance(30) ? plain(shape.parts[0], "fleet.telemetry.profile") : profile(shape.parts[1]);
    };
    special_["fleet.client.retry"] = [this](const Shape& shape) { return retry(shape); };
    special_["fleet.client.dps.retry"] = [this](const Shape& shape) {
      Node node = growing(shape, {"min", "max"});
      for (const char* key : {"kind", "jitter", "from_attempt"})
        if (key == std::string("kind") || chance(50)) add(node, shape, "fleet.client.dps.retry", key);
      return node;
    };
  }

  // A profile has a kind, a file, or a table.
  Node profile(const Shape& shape) {
    const std::vector<std::string> ways[] = {{"csv"},
                                             {"every", "factors"},
                                             {"kind", "peak_to_mean", "peak_at"},
                                             {"kind", "peak_to_mean", "peak_at", "weekend"}};
    const std::size_t way = luck_.below(std::size(ways));
    Node node = Node::map();
    for (const std::string& key : ways[way]) add(node, shape, "fleet.telemetry.profile", key);
    if (way == 2) set(node, "kind", "diurnal");
    if (way == 3) set(node, "kind", "weekly");
    return node;
  }

  // A kind cannot do without its parameters.
  Node retry(const Shape& shape) {
    Node node = growing(shape, {"min", "max"});
    Node rest = map_of(shape, "fleet.client.retry");
    add(node, shape, "fleet.client.retry", "kind");
    const std::string kind = node.find("kind")->text;
    if (kind == "sdk-embedded-c") add(node, shape, "fleet.client.retry", "spread");
    for (Entry& entry : rest.entries)
      if (!node.find(entry.key)) node.add(entry.key, std::move(entry.value));
    return node;
  }

  void add_exports() {
    special_["destinations"] = [this](const Shape& shape) {
      destinations_ = some(1, 3);
      return items(shape, "destinations", destinations_);
    };
    special_["destinations.name"] = [this](const Shape&) { return named("to", index_ + 1); };
    special_["exports"] = [this](const Shape& shape) {
      exports_ = destinations_ == 0 ? 0 : some(1, 2);
      return items(shape, "exports", exports_);
    };
    special_["exports.name"] = [this](const Shape&) { return named("export", index_ + 1); };
    special_["exports.to"] = [this](const Shape&) {
      std::vector<Node> to;
      for (std::size_t d = 1; d <= destinations_; ++d)
        if (chance(60) || d == destinations_) to.push_back(named("to", d));
      return list_of(std::move(to));
    };
    special_["exports.data"] = [this](const Shape& shape) {
      std::vector<Node> data;
      for (const std::string& word : shape.parts.at(0).words)
        if (chance(50)) data.push_back(Node::scalar(word));
      if (data.empty()) data.push_back(Node::scalar("telemetry"));
      return list_of(std::move(data));
    };
    say("exports.created", [this] { return instant(); });
  }

  void add_targets() {
    const auto number = [this](std::size_t most) {
      return std::to_string(1 + luck_.below(std::max<std::size_t>(1, most)));
    };
    say("faults.hub", [=, this] { return chance(50) ? number(hubs_) : "hub-" + number(hubs_); });
    say("faults.zone", [=] { return "westeurope/" + number(3); });
    say("faults.access", [this] { return luck_.one_of({"broadband", "lte", "custom", "nb-iot"}); });
    special_["faults.power_cut"] = [this](const Shape& shape) { return power_cut(shape); };
    special_["faults.destination"] = [this](const Shape&) { return any_named("to", destinations_); };
    say("faults.partition", [=, this] { return "to-" + number(destinations_) + "/" + number(4); });
    for (const std::string kind : {"manual_failover", "manual_failback", "block", "unblock", "approve"})
      special_["actions." + kind] = [this, kind](const Shape& shape) {
        return whom(shape, "actions." + kind);
      };
    say("actions.migrate.hubs", [this] { return std::to_string(some(2, 6)); });
    for (const char* key : {"actions.fail_over", "actions.fail_back"})
      say(key, [=, this] { return chance(50) ? "westeurope" : "hub-" + number(hubs_); });
    for (const char* key : {"actions.restart_export", "actions.restart_export.name"})
      special_[key] = [this, key](const Shape& shape) {
        if (shape.kind == Shape::Kind::either && chance(50)) return plain(shape.parts[1], key);
        return any_named("export", exports_);
      };
  }

  // A group, or a region in which devices may be.
  Node power_cut(const Shape& shape) {
    Node node = Node::map();
    if (chance(70))
      node.add("group", named("group", 1 + luck_.below(std::max<std::size_t>(1, sizes_.size()))));
    else
      add(node, shape, "faults.power_cut", "region");
    return node;
  }

  // A device, or a share of a group.
  Node whom(const Shape& shape, const std::string& key) {
    Node node = Node::map();
    const std::size_t group = luck_.below(sizes_.size());
    const std::string name = fmt::format("group-{}", group + 1);
    if (chance(50)) {
      node.add("device", Node::scalar(fmt::format("{}/{}", name, luck_.below(sizes_[group]))));
    } else {
      node.add("group", Node::scalar(name));
      if (chance(50)) node.add("share", plain(*part_of(shape, "share"), key + ".share"));
    }
    if (const Shape* ttl = part_of(shape, "ttl"); ttl && chance(60))
      node.add("ttl", plain(*ttl, key + ".ttl"));
    return node;
  }

  void add(Node& node, const Shape& map, const std::string& level, const std::string& key) {
    node.add(key, make(*part_of(map, key), level + '.' + key));
  }

  Node fault(const Shape& shape) {
    static const std::vector<std::string> targets{"hub",      "region",      "zone",      "dps",
                                                  "quota",    "neighbour",   "link",      "access",
                                                  "backbone", "destination", "partition", "power_cut"};
    Node node = Node::map();
    node.add("name", named("fault", ++faults_));
    const auto take = [&](const std::string& key) { add(node, shape, "faults", key); };
    const std::uint64_t when = luck_.below(10);
    if (when < 7) node.add("at", Node::scalar(instant()));
    if (when < 7 && chance(70)) take("for");
    if (when == 7) {
      replications_ = some(1, 5);
      node.add("instants", Node::scalar(std::to_string(replications_)));
    }
    if (when > 7)
      for (const char* key : {"mtbf", "mttr"}) take(key);
    if (when > 7)
      for (const char* key : {"time_to_failure", "time_to_repair", "correlated"})
        if (chance(30)) take(key);
    if (when > 7 && chance(40))
      take("each");
    else
      take(targets[luck_.below(targets.size())]);
    if (chance(50)) take("mode");
    return node;
  }

  Node action(const Shape& shape) {
    std::vector<std::string> kinds;
    for (const Field& field : shape.fields)
      if (field.key != "name" && field.key != "at" && !field.later) kinds.push_back(field.key);
    Node node = Node::map();
    node.add("name", named("action", ++actions_));
    node.add("at", Node::scalar(instant()));
    add(node, shape, "actions", kinds[luck_.below(kinds.size())]);
    return node;
  }

  Draws& luck_;
  std::map<std::string, Special> special_;
  sim::Duration run_{10min}, warmup_{0};
  std::size_t index_ = 0;  // of the item of a list that is being made
  std::size_t hubs_ = 2, enrollments_ = 0, groups_ = 0, destinations_ = 0, exports_ = 0, faults_ = 0,
              actions_ = 0;
  std::uint64_t replications_ = 0;
  std::vector<std::uint64_t> sizes_;  // of the groups
};

}  // namespace

Node draft(std::uint64_t seed, std::uint32_t n) {
  Draws draws(seed, n);
  return Maker(draws).scenario();
}

}  // namespace fuzz
