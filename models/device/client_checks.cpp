// Contradictions inside a client that a scenario describes itself.
#include "models/device/client_checks.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "models/catalog_file.hpp"

namespace device {
namespace {

using namespace sim::settings;

const char* const exponential_example = "such as {kind: exponential, min: 1s, max: 100s, jitter: full}";

// Of pings, and of looks whether one is due.
constexpr Duration shortest_period = std::chrono::seconds{1};

bool uses_max(RetryKind kind) { return kind != RetryKind::none && kind != RetryKind::fixed; }

bool uses_jitter(RetryKind kind) { return kind == RetryKind::linear || kind == RetryKind::exponential; }

// What a kind cannot do without where a scenario names the kind.
std::vector<std::string> parameters(RetryKind kind) {
  if (kind == RetryKind::none) return {};
  if (kind == RetryKind::fixed) return {"min"};
  if (kind == RetryKind::sdk_embedded_c) return {"min", "max", "spread"};
  return {"min", "max"};
}

// "min and max".
std::string all_of(const std::vector<std::string>& words) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i)
    text += (i == 0 ? "" : i + 1 == words.size() ? " and " : ", ") + words[i];
  return text;
}

bool fail_at(Reader& reader, const Node& retry, const std::string& key, const std::string& what,
             const std::string& hint) {
  const Reader::Into into(reader, key);
  const Node* value = retry.find(key);
  return reader.fail(value ? *value : retry, what, hint);
}

bool check_parameters(Reader& reader, const Node& node, const Retry& retry) {
  const Node* kind = node.find("kind");
  std::vector<std::string> absent;
  for (const std::string& key : parameters(retry.kind))
    if (kind && !node.find(key)) absent.push_back(key);
  if (absent.empty()) return true;
  return reader.fail(*kind, fmt::format("kind {} needs {}", kind->text, all_of(absent)), exponential_example);
}

bool check_unused(Reader& reader, const Node& node, const Retry& retry) {
  bool good = true;
  if (node.find("jitter") && retry.jitter != Jitter::none && !uses_jitter(retry.kind))
    good =
        fail_at(reader, node, "jitter", "is used with kind: linear or exponential only", exponential_example);
  if (node.find("spread") && retry.spread > Duration{0} && retry.kind != RetryKind::sdk_embedded_c)
    good = fail_at(reader, node, "spread", "is used with kind: sdk-embedded-c only", "remove it") && good;
  if (node.find("offset") && retry.offset > 0 && retry.kind != RetryKind::sdk_delta)
    good = fail_at(reader, node, "offset", "is used with kind: sdk-delta only", "remove it") && good;
  if (node.find("listeners") && retry.listeners > 0 && !retry.per_message)
    good = fail_at(reader, node, "listeners", "is used with per_message: true only", "remove it") && good;
  if (retry.connects_to_send && retry.per_message)
    good =
        fail_at(
            reader, node, node.find("connects_to_send") ? "connects_to_send" : "per_message",
            "a message makes one attempt (connects_to_send), or starts a sequence of retries (per_message)",
            "set one of them to false") &&
        good;
  return good;
}

bool check_bounds(Reader& reader, const Node& node, const Retry& retry) {
  if (retry.kind == RetryKind::none) return true;
  const Duration least =
      retry.kind == RetryKind::sdk_c ? std::chrono::seconds{1} : std::chrono::milliseconds{1};
  if (retry.min < least)
    return fail_at(reader, node, "min",
                   fmt::format("{} is too short for this kind", format_duration(retry.min)),
                   fmt::format("at least {}", format_duration(least)));
  if (uses_max(retry.kind) && retry.max < retry.min)
    return fail_at(
        reader, node, node.find("max") ? "max" : "min",
        fmt::format("max {} is below min {}", format_duration(retry.max), format_duration(retry.min)), "");
  return true;
}

bool check_looks(Reader& reader, const Node& detection, const Behaviour& behaviour) {
  if (behaviour.detection.idle == Idle::received || behaviour.detection.check_every == Duration{0})
    return true;
  return fail_at(reader, detection, "check_every", "is used with idle: received only", "remove it");
}

bool check_retry(Reader& reader, const Node& node, const Retry& retry) {
  return check_parameters(reader, node, retry) && check_unused(reader, node, retry) &&
         check_bounds(reader, node, retry);
}

// The waits between DPS phases.
bool check_dps_retry(Reader& reader, const Node& dps, const DpsClient& values) {
  const Node* node = dps.find("retry");
  if (!node || !values.retry || !reader.good(reader.path() + ".retry")) return true;
  const Reader::Into into(reader, "retry");
  if (values.retry->kind == RetryKind::fixed && values.retry->max > Duration{0})
    return fail_at(reader, *node, "max", "is not used with kind: fixed", "remove it");
  return check_retry(reader, *node, *values.retry);
}

// Whether the client of this row can speak AMQP: an SDK that does has a row for it. Where the retries were
// not read in code the firmware is one's own, and speaks what it is written for.
bool can_speak_amqp(const std::string& name) {
  const catalog::File& rows = catalog::built_in("models/device/clients.yaml");
  const catalog::Row* row = rows.find(name);
  return row == nullptr || row->origin("retry").status != "read" || name.ends_with(amqp_suffix) ||
         rows.find(name + std::string(amqp_suffix)) != nullptr;
}

bool check_protocol(Reader& reader, const Node& map, const Behaviour& behaviour) {
  const Node* base = map.find("base");
  if (!speaks_amqp(behaviour) || !base || can_speak_amqp(base->text)) return true;
  return fail_at(reader, map, "protocol", fmt::format("{} does not speak AMQP", base->text),
                 "write mqtt-ws, or base: sdk-c");
}

bool check_amqp_only(Reader& reader, const Node& map, const Behaviour& behaviour) {
  bool good = true;
  for (const auto& [key, value] :
       {std::pair{"token_timeout", behaviour.token_timeout}, std::pair{"resend", behaviour.resend}})
    if (!speaks_amqp(behaviour) && value > Duration{0})
      good = fail_at(reader, map, key, "is used with protocol: amqp or amqp-ws only", "remove it") && good;
  return good;
}

// A hub closes a connection on which it has heard nothing for 1.5 times the keep-alive, over AMQP for its
// idle time-out.
bool check_pings(Reader& reader, const Node& detection, const Behaviour& behaviour) {
  const Duration longest =
      behaviour.keep_alive + (speaks_amqp(behaviour) ? Duration{0} : behaviour.keep_alive / 2);
  const std::string words = speaks_amqp(behaviour) ? "the" : "1.5 times the";
  const Duration looks = behaviour.detection.check_every;
  if (behaviour.detection.ping_every == Duration{0} || behaviour.detection.ping_every + looks <= longest)
    return true;
  if (behaviour.detection.ping_every <= longest)
    return fail_at(
        reader, detection, detection.find("check_every") ? "check_every" : "ping_every",
        fmt::format(
            "pings of a client that looks each {} are up to {} apart, longer than {} keep_alive of {}: the "
            "hub would close the connection",
            format_duration(looks), format_duration(behaviour.detection.ping_every + looks), words,
            format_duration(behaviour.keep_alive)),
        "shorten ping_every and check_every");
  return fail_at(reader, detection, "ping_every",
                 fmt::format("{} is longer than {} keep_alive of {}: the hub would close the connection",
                             format_duration(behaviour.detection.ping_every), words,
                             format_duration(behaviour.keep_alive)),
                 fmt::format("at most {}, or 0s for a client that does not ping", format_duration(longest)));
}

}  // namespace

void drop_unused(const Node* retry, Retry& values) {
  const auto given = [&](const char* key) { return retry && retry->find(key); };
  if (!uses_jitter(values.kind) && !given("jitter")) values.jitter = Jitter::none;
  if (values.kind != RetryKind::sdk_embedded_c && !given("spread")) values.spread = Duration{0};
  if (values.kind != RetryKind::sdk_delta && !given("offset")) values.offset = 0;
  if (!values.per_message && !given("listeners")) values.listeners = 0;
  // What is given here takes the place of what the base does with messages.
  if (given("per_message") && values.per_message && !given("connects_to_send"))
    values.connects_to_send = false;
  if (given("connects_to_send") && values.connects_to_send && !given("per_message"))
    values.per_message = false;
}

Duration wait_for_ping(const PingWaitRule& rule, Duration keep_alive) {
  Duration wait = sim::from_seconds(rule.of_keep_alive * sim::seconds(keep_alive));
  if (rule.most > Duration{0}) wait = std::min(wait, rule.most);
  if (rule.whole_seconds) wait = std::chrono::floor<std::chrono::seconds>(wait) + std::chrono::seconds{1};
  return wait;
}

void follow_keep_alive(const Node* detection, const Behaviour& base, const PingWaitRule& rule,
                       Behaviour& values) {
  if (values.keep_alive == base.keep_alive || base.keep_alive == Duration{0}) return;
  const auto given = [&](const char* key) { return detection && detection->find(key); };
  Detection& now = values.detection;
  const bool own_period = given("ping_every");
  if (!own_period && base.detection.ping_every > Duration{0}) {
    const double ratio = sim::seconds(values.keep_alive) / sim::seconds(base.keep_alive);
    now.ping_every =
        std::max(sim::from_seconds(sim::seconds(base.detection.ping_every) * ratio), shortest_period);
    // What comes from the hub follows what the client announces, whose own frames must come in time.
    if (rule.silence > Duration{0}) now.ping_every = std::min(now.ping_every, base.detection.ping_every);
  }
  if (given("ping_wait")) return;
  if (rule.of_keep_alive > 0)
    now.ping_wait = wait_for_ping(rule, values.keep_alive);
  else if (!own_period && rule.silence > Duration{0})
    now.ping_wait = rule.silence - now.ping_every;
  else if (!own_period && base.detection.ping_wait == base.detection.ping_every)
    now.ping_wait = now.ping_every;  // its answer may come until its next ping, whenever that is
}

void follow_pings(const Node* detection, const Detection& base, Detection& values) {
  if (detection && detection->find("check_every")) return;
  if (values.idle != Idle::received)
    values.check_every = Duration{0};
  else if (base.ping_every > Duration{0} && values.ping_every != base.ping_every)
    values.check_every = sim::from_seconds(sim::seconds(base.check_every) *
                                           (sim::seconds(values.ping_every) / sim::seconds(base.ping_every)));
  // Whoever pings each second looks all the time.
  if (values.ping_every <= shortest_period || values.check_every < shortest_period)
    values.check_every = Duration{0};
}

void follow_token_clock(const Node& map, Behaviour& values) {
  if (values.token_clock != TokenClock::token && !map.find("token_reuse")) values.token_reuse = Duration{0};
}

void follow_protocol(Behaviour& values) {
  if (speaks_amqp(values) && values.resend == Duration{0}) values.resend = std::chrono::seconds{1};
}

bool check_client(Reader& reader, const Node& map, const Behaviour& behaviour) {
  bool good = true;
  if (const Node* retry = map.find("retry");
      retry && retry->kind == Node::Kind::map && reader.good(reader.path() + ".retry")) {
    const Reader::Into into(reader, "retry");
    good = check_retry(reader, *retry, behaviour.retry);
  }
  if (const Node* detection = map.find("detection");
      detection && detection->kind == Node::Kind::map && reader.good(reader.path() + ".detection")) {
    const Reader::Into into(reader, "detection");
    good = check_looks(reader, *detection, behaviour) && check_pings(reader, *detection, behaviour) && good;
  }
  good = check_protocol(reader, map, behaviour) && check_amqp_only(reader, map, behaviour) && good;
  if (behaviour.token_clock != TokenClock::token && behaviour.token_reuse > Duration{0})
    good = fail_at(reader, map, "token_reuse", "no token is used again but with the clock token",
                   "write token_clock: token, or remove it");
  const DpsClient& dps = behaviour.dps;
  if (const Node* node = map.find("dps"); node && node->kind == Node::Kind::map) {
    const Reader::Into into(reader, "dps");
    good = check_dps_retry(reader, *node, dps) && good;
  }
  if (const Node* node = map.find("dps");
      node && dps.hint_max < dps.hint_min && reader.good(reader.path() + ".dps")) {
    const Reader::Into into(reader, "dps");
    good = fail_at(
        reader, *node, "hint_max",
        fmt::format("{} is below hint_min {}", format_duration(dps.hint_max), format_duration(dps.hint_min)),
        "");
  }
  return good;
}

}  // namespace device
