// A comparison as GitHub-flavoured Markdown.
#include <fmt/format.h>

#include "tools/output/comparison_writers.hpp"
#include "tools/output/escape.hpp"

namespace output {
namespace {

using analysis::GateResult;
using analysis::Verdict;
using escape::markdown;

const char* sign(Verdict verdict) {
  if (verdict == Verdict::pass) return "✅";
  return verdict == Verdict::fail ? "❌" : "❔";
}

std::string origin_in_markdown(const std::string& path, const StoredSummary& summary) {
  return markdown(fmt::format("{} (hubstorm {}, seed {}, {} {})", path, summary.version, summary.side.seed,
                              summary.side.replications,
                              summary.side.replications == 1 ? "replication" : "replications"));
}

std::string row(const GateResult& gate) {
  const std::string& unit = gate.gate.unit;
  std::string change = gate.change ? words::change(*gate.change, unit) : "–";
  if (const std::string relative = words::relative_change(gate); !relative.empty() && !gate.identical)
    change += " (" + relative + ")";
  std::string verdict = fmt::format("{} {}", sign(gate.verdict), words::outcome(gate));
  if (!gate.reason.empty()) verdict += ": " + gate.reason;
  const bool measured = gate.baseline && gate.current;
  return fmt::format("| {} | {} | {} | {} | {} | {} | {} | {} |\n", markdown(gate.gate.tolerance.metric),
                     markdown(words::side(gate.baseline)), markdown(words::side(gate.current)),
                     markdown(change), markdown(gate.interval ? words::range(*gate.interval, unit) : "–"),
                     markdown(gate.gate.tolerance.text), measured ? markdown(words::evidence(gate)) : "–",
                     markdown(verdict));
}

std::string table(const Compared& compared) {
  std::string text = fmt::format(
      "| metric | baseline | new | change | {} interval | tolerance | evidence | verdict |\n"
      "| --- | ---: | ---: | ---: | ---: | ---: | --- | --- |\n",
      words::level(compared.comparison.judging.level));
  for (const GateResult& gate : compared.comparison.gates) text += row(gate);
  return text + "\n" + markdown(words::how(compared.comparison)) + "\n";
}

std::string listed(const Compared& compared) {
  std::string text;
  for (std::size_t i = 0; i < std::min(most_listed, compared.differences.size()); ++i)
    text += "- " + markdown(words::difference(compared.differences[i])) + "\n";
  if (compared.differences.size() > most_listed)
    text += fmt::format("- and {} more\n", compared.differences.size() - most_listed);
  return text;
}

}  // namespace

std::string comparison_markdown(const std::vector<Compared>& all) {
  std::string text;
  for (const Compared& compared : all) {
    if (!text.empty()) text += "\n";
    text += fmt::format("### {} {}: {}\n\n", sign(verdict_of(compared)), markdown(title_of(compared)),
                        markdown(words::overall(compared)));
    if (!compared.problem.empty()) continue;
    text += compared.exact ? listed(compared) : table(compared);
    text += fmt::format("\nBaseline: {}. New: {}.\n",
                        origin_in_markdown(compared.baseline_path, compared.baseline),
                        origin_in_markdown(compared.result_path, compared.result));
    for (const std::string& note : compared.notes) text += "\n> " + markdown(note) + "\n";
  }
  return text;
}

}  // namespace output
