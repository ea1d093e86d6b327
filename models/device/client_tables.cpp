// Clients: rows of the catalog and what a scenario changes in one.
#include <stdexcept>

#include "models/catalog.hpp"
#include "models/device/client_checks.hpp"
#include "models/device/tables.hpp"

namespace device {
namespace {

using namespace std::chrono_literals;
using namespace sim::settings;

constexpr auto longest_of_client = 24h * 366;
constexpr const char* custom = "custom";
constexpr const char* custom_base = "guide-reconnect";

Value<Duration> time(const std::string& example) { return duration(0s, longest_of_client, example); }
Value<Duration> some_time(const std::string& example) { return duration(1ms, longest_of_client, example); }
Value<Duration> time_or_never(const std::string& example) {
  return duration_or_zero(1s, longest_of_client, example);
}

Value<RetryKind> retry_kind() {
  return choice<RetryKind>({{"none", RetryKind::none},
                            {"fixed", RetryKind::fixed},
                            {"linear", RetryKind::linear},
                            {"exponential", RetryKind::exponential},
                            {"sdk-c", RetryKind::sdk_c},
                            {"sdk-delta", RetryKind::sdk_delta},
                            {"sdk-node", RetryKind::sdk_node},
                            {"sdk-embedded-c", RetryKind::sdk_embedded_c}});
}

Value<Jitter> jitter() {
  return choice<Jitter>({{"none", Jitter::none},
                         {"full", Jitter::full},
                         {"equal", Jitter::equal},
                         {"decorrelated", Jitter::decorrelated}});
}

Table<Retry> retry_table() {
  Table<Retry> table("a retry policy such as {kind: exponential, min: 1s, max: 100s, jitter: full}",
                     "{kind: exponential, min: 1s, max: 100s, jitter: full}");
  table.field("kind", &Retry::kind, retry_kind(), "How the wait grows from retry to retry.");
  table.field("first", &Retry::first, time("0s"), "Wait before the first attempt after a loss.");
  table.field("min", &Retry::min, time("1s"), "The shortest wait.");
  table.field("max", &Retry::max, time("100s"), "The longest wait.");
  table.field("jitter", &Retry::jitter, jitter(), "Randomness of linear and exponential waits.");
  table.field("spread", &Retry::spread, time("5s"), "Kind sdk-embedded-c: greatest random addition.");
  table.field("offset", &Retry::offset, whole<std::uint32_t>(0, 60),
              "Kind sdk-delta: exponent of the first wait.");
  table.field("spacing", &Retry::spacing, time("1s"), "Least time between the starts of two attempts.");
  table.field("from_attempt", &Retry::from_attempt, boolean(),
              "The wait counts from the start of the failed attempt.");
  table.field("limit", &Retry::limit, time("4m"), "After this the client gives up for good; 0 means never.");
  table.field("per_message", &Retry::per_message, boolean(),
              "Each message starts a retry sequence of its own, as the Node.js SDK has it.");
  table.field(
      "listeners", &Retry::listeners, whole<std::uint32_t>(0, most_listeners),
      "With per_message: so many sequences start when the connection is lost, one for each kind of message "
      "that the program listens to (C2D messages, direct methods, desired properties).");
  table.field(
      "connects_to_send", &Retry::connects_to_send, boolean(),
      "Each message that is sent without a connection makes one attempt at once, beside the retries, as the "
      "Python SDK has it.");
  return table;
}

// Between DPS phases: what makes sense of it there.
Table<Retry> dps_retry_table() {
  const std::string example = "{kind: linear, min: 5m, max: 30m}";
  Table<Retry> table("waits between DPS phases such as " + example, example);
  table
      .field("kind", &Retry::kind,
             choice<RetryKind>({{"fixed", RetryKind::fixed},
                                {"linear", RetryKind::linear},
                                {"exponential", RetryKind::exponential}}),
             "How the wait grows from phase to phase.")
      .required();
  table.field("min", &Retry::min, some_time("5m"), "The shortest wait.").required();
  table.field("max", &Retry::max, time("30m"), "The longest wait; not used with kind: fixed.");
  table.field("jitter", &Retry::jitter, jitter(), "Randomness of linear and exponential waits.");
  table.field("from_attempt", &Retry::from_attempt, boolean(),
              "The wait counts from the start of the failed phase, not from its failure.");
  return table;
}

Table<Reactions> reactions_table() {
  const Value<Reaction> reaction = choice<Reaction>({{"retry", Reaction::retry},
                                                     {"dps", Reaction::dps},
                                                     {"stop", Reaction::stop},
                                                     {"next message", Reaction::next_message}});
  Table<Reactions> table("reactions such as {unauthorized: dps}", "{unauthorized: dps}");
  table.field("closed", &Reactions::closed, reaction, "The connection is closed or found dead.");
  table.field("refused", &Reactions::refused, reaction, "TCP reset on connect.");
  table.field("timeout", &Reactions::timeout, reaction, "No CONNACK in time.");
  table.field("unavailable", &Reactions::unavailable, reaction, "CONNACK 3.");
  table.field("unauthorized", &Reactions::unauthorized, reaction, "CONNACK 5.");
  table.field("dropped", &Reactions::dropped, reaction, "Closed without CONNACK.");
  return table;
}

Value<Idle> idle() {
  return choice<Idle>(
      {{"none", Idle::none}, {"sent", Idle::sent}, {"received", Idle::received}, {"both", Idle::both}});
}

Table<Detection> detection_table() {
  Table<Detection> table("detection of a dead connection such as {ping_every: 60s, ping_wait: 60s}",
                         "{ping_every: 60s, ping_wait: 60s}");
  table.field(
      "ping_every", &Detection::ping_every, time_or_never("60s"),
      "Period of the keep-alive pings, at most 1.5 times keep_alive; 0 means none. Unless given, that "
      "of the base, longer or shorter as its keep_alive is.");
  table.field(
      "ping_wait", &Detection::ping_wait, time("60s"),
      "How long the answer to a ping is waited for. Unless given, that of the base, which may depend on "
      "keep_alive, as with the C SDKs and over AMQP.");
  table.field(
      "idle", &Detection::idle, idle(),
      "Which packets put a ping off: those sent; those received, as acknowledgements of messages are; "
      "both, of which each must have come; or none, so that pings go by the connect alone.");
  table.field(
      "check_every", &Detection::check_every, time_or_never("75s"),
      "With idle: received, how often it looks whether a ping is due, from the connect on; 0 means all the "
      "time. Unless given, that of the base, longer or shorter as its ping_every is.");
  table.field("publish_timeout", &Detection::publish_timeout, time("120s"),
              "From the first publish without acknowledgement; 0: publishes do not tell.");
  return table;
}

Table<DpsClient> dps_table() {
  Table<DpsClient> table("a provisioning client such as {poll_default: 2s}", "{poll_default: 2s}");
  table.field("poll_default", &DpsClient::poll_default, some_time("2s"),
              "Wait where the hint of the service is not used.");
  table.field("hint_min", &DpsClient::hint_min, time("1s"), "The hint is used from here ...");
  table.field("hint_max", &DpsClient::hint_max, time("5m"), "... to here.");
  table.field("clamp", &DpsClient::clamp, boolean(),
              "A hint outside is moved to the bound, else poll_default is used.");
  table.field("first_poll", &DpsClient::first_poll, time("2s"),
              "Fixed wait before the first poll; 0 means by the hint.");
  table.field("wait_at_429_register", &DpsClient::wait_at_429_register, boolean(),
              "A throttled registration is asked again after the hint, else the phase has failed.");
  table.field("wait_at_429_poll", &DpsClient::wait_at_429_poll, boolean(), "The same for a throttled poll.");
  table.field("tcp_timeout", &DpsClient::tcp_timeout, time("10s"),
              "Limit of the TCP connect, from its start, which is met where packets vanish or the path is "
              "slower; 0 means connect_timeout.");
  table.field("connect_timeout", &DpsClient::connect_timeout, time("60s"),
              "Until the connection is open, from its start; 0 means that answer_timeout is for connection "
              "and answer.");
  table.field("answer_timeout", &DpsClient::answer_timeout, some_time("60s"),
              "How long one answer is waited for.");
  table.field("poll_timeout", &DpsClient::poll_timeout, time("10s"),
              "How long the answer to a poll is waited for; 0 means answer_timeout.");
  table.field("phase_limit", &DpsClient::phase_limit, time("90s"),
              "For all from register to assigned; 0 means no limit.");
  table.field("retry", &DpsClient::retry, optional(nested(dps_retry_table())),
              "Waits after a DPS phase that failed, or whose hub did not take the device; unless given, a "
              "failed phase is followed by the waits of the client's retry, the other by none.");
  return table;
}

}  // namespace

Table<OnConnect> on_connect_table() {
  Table<OnConnect> table("what follows a connect, such as {twin_reads: 1, size: 1 KiB}", "{twin_reads: 1}");
  table.field(
      "twin_reads", &OnConnect::twin_reads, whole<std::uint32_t>(0, most_twin_requests),
      "Reads of the device twin, one after the other; metered, within the hub's limit of twin reads.");
  table.field("twin_writes", &OnConnect::twin_writes, whole<std::uint32_t>(0, most_twin_requests),
              "Updates of reported properties after the reads; metered, within the limit of twin updates.");
  table.field("size", &OnConnect::bytes, size(1, 64u << 10, "1 KiB"), "Size of the twin, and of an update.");
  table.field("again", &OnConnect::again, time_or_never("30s"),
              "After a read that was refused the client asks again; 0 means that it goes on without.");
  return table;
}

namespace {

Value<TokenClock> token_clock() {
  return choice<TokenClock>(
      {{"connect", TokenClock::connect}, {"token", TokenClock::token}, {"timer", TokenClock::timer}});
}

Value<RenewalBy> renewal_by() {
  return choice<RenewalBy>({{"client", RenewalBy::client}, {"hub", RenewalBy::hub}});
}

Value<Transport> transport() {
  return choice<Transport>({{"mqtt", Transport::mqtt},
                            {"mqtt-ws", Transport::mqtt_ws},
                            {"amqp", Transport::amqp},
                            {"amqp-ws", Transport::amqp_ws}});
}

// The part of a client that the catalog and scenarios give in the same keys.
Table<Behaviour> behaviour_table() {
  Table<Behaviour> table("a client");
  table.field("name", &Behaviour::name, name("sdk-c"), "Name of the client, for reports.");
  table.field("retry", &Behaviour::retry, nested(retry_table()), "Waits between attempts to connect.");
  table.field("reactions", &Behaviour::reactions, nested(reactions_table()),
              "What each class of error leads to: retry, dps, stop, or an attempt with the next message.");
  table.field("detection", &Behaviour::detection, nested(detection_table()),
              "How a dead connection is noticed when packets vanish.");
  table.field(
      "protocol", &Behaviour::protocol, transport(),
      "What it speaks with its hub and with DPS, and whether over WebSockets (-ws). AMQP takes the client of "
      "the same SDK that speaks it, such as sdk-c-amqp for sdk-c.");
  table.field("keep_alive", &Behaviour::keep_alive, duration(1s, longest_of_client, "240s"),
              "MQTT keep-alive; over AMQP the idle time-out that the hub announces.");
  table.field(
      "tcp_timeout", &Behaviour::tcp_timeout, time_or_never("10s"),
      "Limit of the TCP connect, from the start of the attempt, met where packets vanish or the path is "
      "slower; 0 means connect_timeout.");
  table.field("tls_timeout", &Behaviour::tls_timeout, time_or_never("30s"),
              "Limit of the TLS handshake, from the end of the TCP connect, which is met where the hub is "
              "frozen; 0 means connect_timeout.");
  table.field("tcp_syn_linear_timeouts", &Behaviour::tcp_syn_linear_timeouts,
              whole<std::uint8_t>(0, most_linear_timeouts),
              "Of the device's Linux, the sysctl of that name: a SYN that nobody answers is repeated once a "
              "second until one more than so many have been, then at doubling intervals; 0 means a kernel "
              "before 6.5.");
  table.field("connect_timeout", &Behaviour::connect_timeout, some_time("60s"),
              "How long a CONNACK is waited for.");
  table.field("renewal", &Behaviour::renewal, time_or_never("48m"),
              "SAS: reconnects when its token is so old; 0 means never.");
  table.field(
      "renewal_by", &Behaviour::renewal_by, renewal_by(),
      "Who ends a connection whose token is so old: the client, which notices a dead one by that; or the "
      "hub, once it has expired, of which the client hears only while packets get through.");
  table.field(
      "token_clock", &Behaviour::token_clock, token_clock(),
      "When it makes a token: at each connect; at a connect that finds the token of its own older than "
      "token_reuse (token); or by a timer of its process, connected or not.");
  table.field("token_reuse", &Behaviour::token_reuse, time_or_never("51m"),
              "How old a token may be that a connect uses again, with the clock token.");
  table.field("renewal_through_dps", &Behaviour::renewal_through_dps, boolean(),
              "A renewal goes through DPS.");
  table.field(
      "token_timeout", &Behaviour::token_timeout, time_or_never("125s"),
      "AMQP: a renewal on the open connection that is not answered for so long ends it; 0 means that it "
      "does not.");
  table.field(
      "resend", &Behaviour::resend, time_or_never("10s"),
      "AMQP: wait before a message that the hub refused is sent again; the connection stays. 0 means 1s.");
  table.field("return_to_dps", &Behaviour::return_to_dps, return_rule(), "When a lost hub leads to DPS.");
  table.field("on_dps_failure", &Behaviour::on_dps_failure, on_dps_failure(),
              "What follows a failed DPS phase.");
  table.field("dps", &Behaviour::dps, nested(dps_table()), "The provisioning client.");
  table.field("on_connect", &Behaviour::on_connect, nested(on_connect_table()),
              "What it does with its device twin each time that it has connected.");
  table.field("cycle_limit", &Behaviour::cycle_limit, whole<std::uint32_t>(0, most_cycles),
              "So many DPS-and-connect cycles without success, then the device is lost; 0 means no limit.");
  table.field("notice", &Behaviour::notice, time("1s"),
              "How rarely the application looks at its connection.");
  table.field(
      "watchdog", &Behaviour::watchdog, time_or_never("30m"),
      "The firmware restarts after so long without a connection, counted from when it noticed the loss "
      "or from its start, also where it has given up; 0 means never.");
  table.field("starts_at", &Behaviour::starts_at,
              choice<Start>({{"dps", Start::dps}, {"cached hub", Start::cached_hub}}),
              "Whom it asks first when it starts again: DPS, or the hub that it was assigned last.");
  return table;
}

// A row of the catalog, whose rules say what follows from keys that a scenario changes.
struct ClientRow {
  Behaviour behaviour;
  PingWaitRule ping_wait;
};

Table<PingWaitRule> ping_wait_table() {
  Table<PingWaitRule> table("how long the answer to a ping is waited for");
  table.field("of_keep_alive", &PingWaitRule::of_keep_alive, decimal(0, 10, "0.5"),
              "So many times keep_alive ...");
  table.field("most", &PingWaitRule::most, time("80s"), "... or this if that is more ...");
  table.field("whole_seconds", &PingWaitRule::whole_seconds, boolean(),
              "... of which the whole seconds must have been exceeded.");
  table.field("silence", &PingWaitRule::silence, time("240s"),
              "AMQP: it closes after so long without a frame.");
  return table;
}

const std::vector<ClientRow>& client_rows() {
  static const std::vector<ClientRow> all = [] {
    Table<ClientRow> table("a client of the catalog");
    table.include(behaviour_table(), &ClientRow::behaviour);
    table.field("ping_wait_rule", &ClientRow::ping_wait, nested(ping_wait_table()),
                "How long the answer to a ping is waited for under another keep_alive.");
    return catalog::read("models/device/clients.yaml", table);
  }();
  return all;
}

// Whole milliseconds or longer, so that no client retries without any time passing, is checked where a
// scenario is.
struct ClientGiven {
  std::string base;
  Behaviour behaviour;
};

bool exists(const std::string& name) {
  const auto named = [&](const Behaviour& row) { return row.name == name; };
  return std::any_of(clients().begin(), clients().end(), named);
}

// The row of that name, or its sibling that speaks the other protocol; the default where there is none.
std::string base_of(const std::string& name, const Node* protocol) {
  if (!exists(name)) return custom_base;
  if (!protocol) return name;
  const bool amqp = protocol->text.starts_with("amqp");
  const std::string plain =
      name.ends_with(amqp_suffix) ? name.substr(0, name.size() - amqp_suffix.size()) : name;
  const std::string sibling = amqp ? plain + std::string(amqp_suffix) : plain;
  return exists(sibling) ? sibling : name;
}

const ClientRow& row_named(const std::string& name) {
  for (const ClientRow& row : client_rows())
    if (row.behaviour.name == name) return row;
  throw std::logic_error("no client " + name);
}

std::vector<std::pair<std::string, std::string>> client_names() {
  std::vector<std::pair<std::string, std::string>> names;
  for (const Behaviour& row : clients()) names.emplace_back(row.name, row.name);
  return names;
}

Table<ClientGiven> client_table() {
  Table<ClientGiven> table("a map that overrides one such as {base: sdk-c, retry: {max: 60s}}",
                           "{base: sdk-c}");
  Value<std::string> base = choice(client_names());
  base.write = [](const std::string&) { return Node{}; };  // all that it gives is written
  table.field("base", &ClientGiven::base, base,
              std::string("The client that gives what is not given here; ") + custom_base + " unless given.");
  return table.include(behaviour_table(), &ClientGiven::behaviour);
}

// Where the map starts from: its base, if it names one that exists; of an SDK the client that speaks the
// protocol that is asked for.
ClientRow started_from(const Node& map) {
  const Node* base = map.find("base");
  ClientRow row = row_named(base_of(base ? base->text : custom_base, map.find("protocol")));
  row.behaviour.name = custom;
  return row;
}

}  // namespace

const std::vector<Behaviour>& clients() {
  static const std::vector<Behaviour> all = [] {
    std::vector<Behaviour> behaviours;
    for (const ClientRow& row : client_rows()) behaviours.push_back(row.behaviour);
    return behaviours;
  }();
  return all;
}

const Behaviour& client_named(const std::string& name) { return row_named(name).behaviour; }

Value<OnDpsFailure> on_dps_failure() {
  return choice<OnDpsFailure>({{"cached hub", OnDpsFailure::cached_hub},
                               {"keep asking", OnDpsFailure::keep_asking},
                               {"stop", OnDpsFailure::stop},
                               {"retry hub", OnDpsFailure::retry_hub}});
}

Value<Behaviour> client() {
  const Value<ClientGiven> map = nested(client_table());
  const Value<Behaviour> as_map{
      [map](Reader& reader, const Node& node, Behaviour& behaviour) {
        const ClientRow base = started_from(node);
        ClientGiven given{{}, base.behaviour};
        const bool good = map.read(reader, node, given);
        drop_unused(node.find("retry"), given.behaviour.retry);
        follow_keep_alive(node.find("detection"), base.behaviour, base.ping_wait, given.behaviour);
        follow_pings(node.find("detection"), base.behaviour.detection, given.behaviour.detection);
        follow_token_clock(node, given.behaviour);
        follow_protocol(given.behaviour);
        behaviour = given.behaviour;
        return check_client(reader, node, behaviour) && good;
      },
      [map](const Behaviour& behaviour) {
        return map.write({{}, behaviour});
      },
      map.shape};
  Value<Behaviour> word = row_of(clients());
  word.shape.says = "a client such as sdk-c";
  // Written in full, so that the resolved scenario does not depend on the catalog.
  return either<Behaviour>(word, as_map, [](const Behaviour&) { return false; });
}

}  // namespace device
