#include "models/network/tables.hpp"

#include "models/catalog.hpp"

namespace network {
namespace {

using namespace std::chrono_literals;
using sim::settings::Node;
using sim::settings::Reader;
using sim::settings::Table;
using sim::settings::Value;

constexpr const char* custom = "custom";

Table<Region> region_table() {
  using namespace sim::settings;
  Table<Region> table("a region");
  table.field("name", &Region::name, name("westeurope"), "Name of the region.").required();
  table.field("latitude", &Region::latitude, decimal(-90, 90, "52.4"), "Degrees north.").required();
  table.field("longitude", &Region::longitude, decimal(-180, 180, "4.9"), "Degrees east.").required();
  table.field("pair", &Region::pair, name("northeurope"), "The paired region of a cloud region.");
  table.field("zones", &Region::zones,
              choice<ZoneSupport>({{"none", ZoneSupport::none},
                                   {"compute", ZoneSupport::compute},
                                   {"both", ZoneSupport::data_and_compute}}),
              "What of a hub is spread over availability zones.");
  table.field("cloud", &Region::cloud, boolean(), "A cloud region, or a place where devices are.").required();
  return table;
}

// rtt and loss are the same keys in the catalog and in a scenario.
Table<Access> access_table(bool catalog) {
  using namespace sim::settings;
  Table<Access> table("an access network such as {rtt: 50ms, loss: 0.1%}", "{rtt: 50ms, loss: 0.1%}");
  if (catalog) table.field("name", &Access::name, name("lte"), "Name of the access network.").required();
  table
      .field("rtt", &Access::rtt, duration(0s, 1min, "50ms"),
             "Median round trip that the access network adds.")
      .required();
  table.field("loss", &Access::loss, share(0, 0.9, "0.1%"),
              "Share of round trips in which a packet is lost.");
  return table;
}

struct NamedConstants : Constants {
  std::string name;
};

// Round trips are counted in small signed numbers.
Value<int> trips() { return sim::settings::as<int>(sim::settings::whole_number(0, 100)); }

Table<NamedConstants> constants_table() {
  using namespace sim::settings;
  Table<NamedConstants> table("what distance costs");
  table.field("name", &NamedConstants::name, name("default"), "Name of the row.").required();
  table
      .field("per_1000km", &NamedConstants::per_1000km, duration(0s, 1s, "10ms"), "Round trip over 1,000 km.")
      .required();
  table.field("stretch", &NamedConstants::stretch, decimal(1, 10, "1.6"), "Path length over distance.")
      .required();
  table.field("overhead", &NamedConstants::overhead, duration(0s, 1s, "4ms"), "Round trip over no distance.")
      .required();
  table.field("jitter", &NamedConstants::jitter, decimal(1, 100, "3"), "95th percentile over median.")
      .required();
  table.field("connect_trips", &NamedConstants::connect_trips, trips(), "Round trips of a connect.")
      .required();
  table.field("register_trips", &NamedConstants::register_trips, trips(), "Round trips of a register.")
      .required();
  table.field("poll_trips", &NamedConstants::poll_trips, trips(), "Round trips of a status poll.").required();
  table.field("amqp_trips", &NamedConstants::amqp_trips, trips(), "Round trips of a connect over AMQP.")
      .required();
  table.field("cbs_trips", &NamedConstants::cbs_trips, trips(), "What a token adds to it.").required();
  table
      .field("amqp_register_trips", &NamedConstants::amqp_register_trips, trips(),
             "Round trips of a register over AMQP.")
      .required();
  table
      .field("web_socket_trips", &NamedConstants::web_socket_trips, trips(),
             "What WebSockets add to opening a connection.")
      .required();
  table.field("x509", &NamedConstants::x509, duration(0s, 1s, "20ms"), "What a certificate adds.").required();
  return table;
}

Value<std::string> region_name(bool cloud_only, const std::string& says) {
  std::vector<std::pair<std::string, std::string>> names;
  for (const Region& region : regions())
    if (region.cloud || !cloud_only) names.emplace_back(region.name, region.name);
  Value<std::string> value = sim::settings::choice(std::move(names));
  value.shape.says = says;
  return value;
}

}  // namespace

const std::vector<Region>& regions() {
  static const std::vector<Region> all = catalog::read("models/network/regions.yaml", region_table());
  return all;
}

const std::vector<Access>& accesses() {
  static const std::vector<Access> all = catalog::read("models/network/access.yaml", access_table(true));
  return all;
}

const Constants& constants() {
  static const Constants only = catalog::read("models/network/path.yaml", constants_table()).at(0);
  return only;
}

Value<std::string> place() { return region_name(false, "a region such as germany"); }

Value<std::string> cloud_region() { return region_name(true, "a cloud region such as westeurope"); }

Value<Access> access() {
  Value<Access> map = sim::settings::nested(access_table(false));
  map.read = [read = map.read](Reader& reader, const Node& node, Access& access) {
    access = {custom, {}, 0};
    return read(reader, node, access);
  };
  return sim::settings::either<Access>(sim::settings::row_of(accesses()), map,
                                       [](const Access& access) { return access.name != custom; });
}

}  // namespace network
