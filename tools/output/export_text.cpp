#include "tools/output/export_text.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "models/application/topology.hpp"
#include "models/exports/destination_kind.hpp"
#include "tools/output/words.hpp"

namespace output {
namespace {

using exports::Destination;

constexpr std::size_t most_rows = 12;
constexpr double rounding = 1e-3;
constexpr double nearly_all = 0.8;  // of what it takes: no room for a wave

struct Pair {
  std::string from, to, prefix;
};

std::vector<Pair> pairs(const View& view) {
  std::vector<Pair> all;
  for (const exports::Export& one : view.scenario.exports)
    for (const std::string& to : one.to) all.push_back({one.name, to, "export." + one.name + "." + to + "."});
  return all;
}

std::string delivery_row(const View& view, const Pair& pair) {
  const auto time = [&](const char* name) {
    const double s = view.amount(pair.prefix + name);
    return s > 0 ? words::duration(s) : std::string("-");
  };
  const auto cell = [&](const char* name, std::size_t to) {
    return " " + words::pad_left(words::count(view.amount(pair.prefix + name)), to - 1);
  };
  return "  " + words::pad(pair.from + " -> " + pair.to, 22) + cell("exported", 14) + cell("dropped", 11) +
         cell("backlog", 11) + words::pad_left(time("behind_for"), 9) +
         words::pad_left(time("failed_for"), 9) + "\n";
}

std::string deliveries(const View& view) {
  std::string text = view.style.bold("Exports") + "\n" +
                     view.style.faint("  " + words::pad("export", 22) + words::pad_left("exported", 14) +
                                      words::pad_left("dropped", 11) + words::pad_left("waiting", 11) +
                                      words::pad_left("behind", 9) + words::pad_left("failed", 9)) +
                     "\n";
  const std::vector<Pair> all = pairs(view);
  for (std::size_t i = 0; i < all.size() && i < most_rows; ++i) text += delivery_row(view, all[i]);
  if (all.size() > most_rows) text += fmt::format("  ... {} more\n", all.size() - most_rows);
  return text;
}

std::string units_of(const View& view, const Destination& destination) {
  if (!destination.kind->has_units(destination)) return "";
  const std::string prefix = "destination." + destination.name + ".units.";
  const double now = view.amount(prefix + "count"), most = view.amount(prefix + "peak");
  const std::string text = fmt::format("{} {}", words::count(now), now == 1 ? "unit" : "units");
  return most > now ? text + fmt::format(" (at most {})", words::count(most)) : text;
}

// Whether it was large enough: for what came on average, and for the wave.
std::string sizing(const View& view, const Destination& destination) {
  const std::string prefix = "destination." + destination.name + ".";
  const double mean = view.amount(prefix + "arrival.mean"), peak = view.amount(prefix + "arrival.peak"),
               takes = view.amount(prefix + "takes");
  const std::string units = units_of(view, destination);
  std::string text = fmt::format(
      "{} {}: {} messages a second on average, {} at most; {}takes {}.", view.style.bold("Destination"),
      destination.name, words::count(std::round(mean)), words::count(std::round(peak)),
      units.empty() ? "it " : "with " + units + " it ", words::count(std::round(takes)));
  if (destination.kind->file(destination) > sim::Duration{0})
    text = fmt::format("{} {}: {} {} with {}.", view.style.bold("Destination"), destination.name,
                       view.words(prefix + "files"), destination.kind->files(),
                       words::bytes(view.amount(prefix + "bytes")));
  else if (mean > takes * (1 + rounding))
    text += " That is less than the average.";
  else if (peak > takes * (1 + rounding))
    text += " It is sized for the average, not for the wave.";
  else if (mean > takes * nearly_all)
    text += " It has hardly any room.";
  const auto say = [&](const char* name, const char* what) {
    if (view.amount(prefix + name) > 0) text += fmt::format(" {} {}", what, view.words(prefix + name));
  };
  say("throttled", "Sends that its limits cut short:");
  say("refused", "Sends that found it full:");
  say("unreplicated", "Messages not in the copy that it goes on with:");
  if (text.back() != '.') text += '.';
  if (view.amount(prefix + "unavailable") > 0)
    text += fmt::format(" It took nothing for {}.", view.words(prefix + "unavailable"));
  if (!destination.consumers.empty())
    text += fmt::format(" Its consumer read {}, was behind by {} at most, and missed {}.",
                        view.words(prefix + "consumer.read"), view.words(prefix + "consumer.lag_peak"),
                        view.words(prefix + "consumer.missed"));
  return words::wrap(text);
}

// The metrics are those of all faults of the destination; several are told of together, with the last.
std::string what_became(const View& view, const Pair& pair, bool several) {
  const analysis::Metric& failed = view.metric(pair.prefix + "failed_after");
  const analysis::Metric& caught_up = view.metric(pair.prefix + "caught_up_after");
  std::string text = fmt::format("Export {} to {}{}", pair.from, pair.to,
                                 several ? ", by the worst of the faults of its destination," : "");
  if (failed.value)
    text += fmt::format(" was failed after {}", words::value(failed));
  else if (view.amount(pair.prefix + "backlog_peak") > 0)
    text += fmt::format(" fell behind, by {} messages at most", view.words(pair.prefix + "backlog_peak"));
  else if (view.amount(pair.prefix + "dropped") == 0)
    return text + " did not feel it.";
  else
    text += " was off for a time";
  if (caught_up.value && view.amount(pair.prefix + "backlog_peak") > 0)
    text += fmt::format("; nothing waited any more {} after the end", words::value(caught_up));
  else if (caught_up.at_least)
    text += "; at the end of the run it had not caught up";
  if (view.amount(pair.prefix + "dropped") > 0)
    text += fmt::format("; in the whole run {} messages were dropped", view.words(pair.prefix + "dropped"));
  return text + ".";
}

}  // namespace

std::string exports_text(const View& view) {
  if (view.scenario.exports.empty()) return "";
  std::string text = deliveries(view);
  for (const Destination& destination : view.scenario.destinations) text += sizing(view, destination);
  return text + "\n";
}

std::string delivery_text(const View& view, const faults::Fault& fault) {
  std::string text;
  for (const Pair& pair : pairs(view)) {
    const auto& all = view.scenario.destinations;
    const auto to =
        std::find_if(all.begin(), all.end(), [&](const Destination& d) { return d.name == pair.to; });
    const auto site = application::site_of(view.scenario, static_cast<std::size_t>(to - all.begin()));
    std::vector<const faults::Fault*> about;
    for (const faults::Fault& one : view.scenario.faults)
      if (faults::concerns(one, site)) about.push_back(&one);
    if (!about.empty() && about.back() == &fault) text += what_became(view, pair, about.size() > 1) + " ";
  }
  return text.empty() ? "" : words::wrap(text);
}

}  // namespace output
