// A comparison as text for the terminal.
#include "tools/output/comparison_writers.hpp"

#include <fmt/format.h>

#include "tools/output/escape.hpp"
#include "tools/output/words.hpp"

namespace output {
namespace {

using analysis::GateResult;
using analysis::Verdict;
using escape::terminal;

std::string badge(Verdict verdict, const Style& style) {
  switch (verdict) {
    case Verdict::pass:
      return style.good("✓ PASS");
    case Verdict::fail:
      return style.bad("✗ REGRESSION");
    case Verdict::inconclusive:
      return style.unsure("? INCONCLUSIVE");
  }
  return "";
}

std::string mark(Verdict verdict, const Style& style) {
  if (verdict == Verdict::pass) return style.good("✓");
  return verdict == Verdict::fail ? style.bad("✗") : style.unsure("?");
}

std::string origin_line(const std::string& path, const StoredSummary& summary) {
  return terminal(fmt::format("{} (hubstorm {}, seed {}, {} {})", path, summary.version, summary.side.seed,
                              summary.side.replications,
                              summary.side.replications == 1 ? "replication" : "replications"));
}

std::string row(const std::string& baseline, const std::string& current, const std::string& change,
                const std::string& interval, const std::string& tolerance, const std::string& verdict) {
  constexpr std::size_t value = 10, of_change = 10, of_interval = 21, of_tolerance = 12;
  return "    " + words::pad(baseline, value) + ' ' + words::pad(current, value) + ' ' +
         words::pad(change, of_change) + ' ' + words::pad(interval, of_interval) + ' ' +
         words::pad(tolerance, of_tolerance) + ' ' + verdict + '\n';
}

std::string gate_text(const GateResult& gate, const Style& style) {
  std::string text =
      fmt::format("  {} {}\n", mark(gate.verdict, style), style.bold(terminal(gate.gate.tolerance.metric)));
  const std::string& unit = gate.gate.unit;
  text += row(terminal(words::side(gate.baseline)), terminal(words::side(gate.current)),
              gate.change ? terminal(words::change(*gate.change, unit)) : "-",
              gate.interval ? terminal(words::range(*gate.interval, unit)) : "-",
              terminal(gate.gate.tolerance.text), words::outcome(gate));
  if (!gate.baseline || !gate.current) return text + words::wrap(terminal(gate.reason), 4);
  std::string detail = words::evidence(gate);
  if (const std::string relative = words::relative_change(gate); !relative.empty() && !gate.identical)
    detail += ", " + relative + " of the baseline";
  text += words::wrap(terminal(detail), 4);
  return gate.reason.empty() ? text : text + words::wrap(terminal(gate.reason), 4);
}

std::string table(const Compared& compared, const Style& style) {
  const std::string level = words::level(compared.comparison.judging.level);
  std::string text = style.faint(row("baseline", "new", "change", level + " interval", "tolerance", "is"));
  for (const GateResult& gate : compared.comparison.gates) text += gate_text(gate, style);
  return text + "\n" + words::wrap(words::how(compared.comparison));
}

std::string listed_as_text(const Compared& compared) {
  std::string text;
  for (std::size_t i = 0; i < std::min(most_listed, compared.differences.size()); ++i)
    text += words::wrap(terminal(words::difference(compared.differences[i])), 2);
  if (compared.differences.size() > most_listed)
    text += fmt::format("  and {} more\n", compared.differences.size() - most_listed);
  return text;
}

}  // namespace

std::string comparison_text(const std::vector<Compared>& all, const Style& style) {
  std::string text;
  for (const Compared& compared : all) {
    if (!text.empty()) text += "\n";
    const bool failed = !compared.problem.empty();
    text += words::wrap((failed ? style.bad("✗ ERROR") : badge(verdict_of(compared), style)) + "  " +
                        style.bold(terminal(title_of(compared))) + ": " + terminal(words::overall(compared)));
    if (failed) continue;
    text += "Baseline: " + origin_line(compared.baseline_path, compared.baseline) + "\n";
    text += "New:      " + origin_line(compared.result_path, compared.result) + "\n\n";
    text += compared.exact ? listed_as_text(compared) : table(compared, style);
    for (const std::string& note : compared.notes) text += words::wrap("Note: " + terminal(note));
  }
  return text;
}

}  // namespace output
