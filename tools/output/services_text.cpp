#include "tools/output/services_text.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "tools/output/words.hpp"

namespace output {
namespace {

constexpr std::size_t most_hubs = 12;  // listed; of more, the fullest and the emptiest

double provisioned(const View& view, const hub::Settings& hub) {
  return view.amount("allocation.hub." + hub.name + ".provisioned");
}

std::string hub_row(const View& view, const hub::Settings& hub) {
  return fmt::format("  {}{}{}\n", words::pad(hub.name, 22),
                     words::pad_left(view.words("allocation.hub." + hub.name + ".provisioned"), 20),
                     words::pad_left(view.words("allocation.hub." + hub.name + ".connected"), 20));
}

std::string hub_rows(const View& view) {
  std::vector<hub::Settings> hubs = view.hubs();
  std::string text;
  if (hubs.size() <= most_hubs) {
    for (const hub::Settings& hub : hubs) text += hub_row(view, hub);
    return text;
  }
  std::stable_sort(hubs.begin(), hubs.end(), [&](const hub::Settings& a, const hub::Settings& b) {
    return provisioned(view, a) > provisioned(view, b);
  });
  for (std::size_t i = 0; i < most_hubs / 2; ++i) text += hub_row(view, hubs[i]);
  text += fmt::format("  ... {} more in between\n", hubs.size() - most_hubs);
  for (std::size_t i = hubs.size() - most_hubs / 2; i < hubs.size(); ++i) text += hub_row(view, hubs[i]);
  return text;
}

// "2,600 registrations, 97 of them throttled"; nothing is said of throttling where there was none.
std::string with_throttled(const View& view, const char* all, const char* what, const char* throttled) {
  std::string text = view.words(all) + what;
  if (view.amount(throttled) > 0) text += ", " + view.words(throttled) + " of them throttled";
  return text;
}

std::string dps_sentence(const View& view) {
  std::string text = with_throttled(view, "dps.registrations", " registrations", "dps.throttled");
  text += "; " + with_throttled(view, "dps.polls", " polls", "dps.polls_throttled");
  text += fmt::format("; {} assigned", view.words("dps.assigned"));
  if (view.amount("dps.unauthorized") > 0)
    text += fmt::format(", {} refused as blocked or not approved", view.words("dps.unauthorized"));
  if (view.amount("dps.failed") > 0) text += fmt::format(", {} failed", view.words("dps.failed"));
  return view.style.bold("DPS") + ": " + text + ".";
}

std::string longest_queue(const View& view) {
  const hub::Settings* longest = nullptr;
  double peak = 0;
  const std::vector<hub::Settings> hubs = view.hubs();
  for (const hub::Settings& hub : hubs) {
    const double here = view.amount("hub." + hub.name + ".queue_peak");
    if (here > peak) longest = &hub, peak = here;
  }
  if (!longest) return "";
  return fmt::format(" The longest queue held {} at {}.", view.words("hub." + longest->name + ".queue_peak"),
                     longest->name);
}

std::string hubs_sentence(const View& view) {
  std::string text = fmt::format("{} connects, at most {}; {} accepted", view.words("hub.connects"),
                                 view.words("hub.peak_connect_rate"), view.words("hub.accepted"));
  if (view.amount("hub.throttled") > 0) text += fmt::format(", {} throttled", view.words("hub.throttled"));
  if (view.amount("hub.timed_out") > 0) text += fmt::format(", {} timed out", view.words("hub.timed_out"));
  if (view.amount("hub.refused") > 0)
    text += fmt::format("; {} attempts found a hub down", view.words("hub.refused"));
  text += "." + longest_queue(view);
  if (view.amount("hub.half_open") > 0)
    text += fmt::format(
        " {} connections were dead without their hub knowing it, for {} on average; it closed {} of them "
        "itself.",
        view.words("hub.half_open"), view.words("hub.half_open_time"), view.words("hub.half_open_closed"));
  if (view.amount("hub.identity_writes") > 0)
    text +=
        " " + with_throttled(view, "hub.identity_writes", " identity writes", "hub.identity_throttled") + ".";
  return view.style.bold("Hubs") + ": " + text;
}

std::string telemetry_sentence(const View& view) {
  std::string text = fmt::format("{}: {} messages generated, {} delivered, {} lost, {} still on devices.",
                                 view.style.bold("Telemetry"), view.words("telemetry.generated"),
                                 view.words("telemetry.delivered"), view.words("telemetry.lost"),
                                 view.words("telemetry.buffered"));
  if (view.amount("telemetry.throttled_share") > 0)
    text +=
        fmt::format(" The throttles of the hubs delayed or refused {} of what was sent, {} messages refused.",
                    words::share(view.amount("telemetry.throttled_share")), view.words("telemetry.refused"));
  if (view.amount("telemetry.quota_blocked") > 0)
    text += fmt::format(" Hubs were without daily quota for {}, added up.",
                        view.words("telemetry.quota_blocked"));
  return text;
}

// Who asks a hub that does not serve it, and why that is.
std::string stuck_text(const View& view) {
  const double moved = view.amount("devices.stuck_moved"), gone = view.amount("devices.stuck_gone");
  const double down = view.amount("devices.stuck") - moved - gone;
  std::string text;
  if (down > 0)
    text += fmt::format(", {} stuck on a hub that is down or out of their reach",
                        moved + gone > 0 ? words::count(down) : view.words("devices.stuck"));
  if (moved > 0)
    text += fmt::format(", {} asking a hub that serves and has them no longer, since they were moved away",
                        view.words("devices.stuck_moved"));
  if (gone > 0)
    text += fmt::format(", {} asking a hub that has been deleted", view.words("devices.stuck_gone"));
  return text;
}

std::string devices_sentence(const View& view) {
  std::string text = fmt::format("{}: {} of {} connected at the end", view.style.bold("Devices"),
                                 view.words("devices.connected"), words::count(view.amount("devices.total")));
  if (view.amount("devices.lost") > 0)
    text += fmt::format(", {} gave up for good", view.words("devices.lost"));
  text += stuck_text(view);
  if (view.amount("devices.blocked") > 0) text += fmt::format(", {} blocked", view.words("devices.blocked"));
  if (view.amount("devices.waiting_for_approval") > 0)
    text += fmt::format(", {} waiting for approval", view.words("devices.waiting_for_approval"));
  if (view.amount("devices.edge_total") > 0)
    text += fmt::format("; {} of {} IoT Edge devices connected", view.words("devices.edge_connected"),
                        words::count(view.amount("devices.edge_total")));
  const analysis::Metric& availability = view.metric("availability");
  if (availability.value) text += fmt::format("; availability {}", words::share(*availability.value));
  return text + ".";
}

// Hubs that have failed are out of the first figures, which look the better for it.
std::string left_out_sentence(const View& view) {
  const double hubs = view.amount("allocation.left_out.hubs");
  if (hubs == 0) return "";
  return fmt::format(
      " That leaves out {} {} that allocation may not use, and {} devices provisioned there: of all hubs "
      "that "
      "exist the fullest has {} times the mean of devices provisioned, {} times that of devices connected.",
      view.words("allocation.left_out.hubs"), hubs == 1 ? "hub" : "hubs",
      view.words("allocation.left_out.devices"), view.words("allocation.provisioned.all_hubs.max_to_mean"),
      view.words("allocation.connected.all_hubs.max_to_mean"));
}

}  // namespace

std::string balance_text(const View& view) {
  std::string text = view.style.bold("Balance");
  text += fmt::format(
      " at the end: the fullest hub has {} times the mean of devices provisioned, {} times the mean of "
      "devices connected",
      view.words("allocation.provisioned.max_to_mean"), view.words("allocation.connected.max_to_mean"));
  const analysis::Metric& peak = view.metric("allocation.connected.max_to_mean.peak");
  if (view.amount("devices.edge_total") > 0) text += ", IoT Edge devices left out";
  if (peak.value != view.metric("allocation.connected.max_to_mean").value)
    text += ", at worst " + words::value(peak);
  text += "." + left_out_sentence(view);
  text = words::wrap(text);
  text += view.style.faint("  " + words::pad("hub", 22) + words::pad_left("provisioned", 20) +
                           words::pad_left("connected", 20)) +
          "\n";
  return text + hub_rows(view);
}

std::string pressure_text(const View& view) {
  return words::wrap(dps_sentence(view)) + words::wrap(hubs_sentence(view)) +
         words::wrap(telemetry_sentence(view)) + words::wrap(devices_sentence(view));
}

}  // namespace output
