// A comparison as commands to the CI system that runs it.
#include <fmt/format.h>

#include <functional>

#include "tools/output/comparison_writers.hpp"
#include "tools/output/escape.hpp"

namespace output {
namespace {

using analysis::Verdict;

// Severity, title, message.
using Say = std::function<void(Verdict, const std::string&, const std::string&)>;

void say_all(const std::vector<Compared>& all, const Say& say) {
  for (const Compared& compared : all) {
    const std::string title = "hubstorm compare " + title_of(compared);
    if (!compared.problem.empty()) {
      say(Verdict::fail, title, words::overall(compared));
      continue;
    }
    if (compared.exact && !compared.differences.empty()) {
      std::string text = words::overall(compared);
      for (std::size_t i = 0; i < std::min(most_listed, compared.differences.size()); ++i)
        text += "\n" + words::difference(compared.differences[i]);
      say(Verdict::fail, title, text);
    }
    for (const analysis::GateResult& gate : compared.comparison.gates)
      if (gate.verdict != Verdict::pass)
        say(gate.verdict, title, words::sentence(gate, compared.comparison.judging.level));
    for (const std::string& note : compared.notes) say(Verdict::inconclusive, title, "Note: " + note);
    say(Verdict::pass, title, words::overall(compared));
  }
}

}  // namespace

// https://docs.github.com/actions/reference/workflow-commands-for-github-actions
std::string comparison_github(const std::vector<Compared>& all) {
  std::string out;
  say_all(all, [&](Verdict verdict, const std::string& title, const std::string& text) {
    const char* command = verdict == Verdict::fail   ? "error"
                          : verdict == Verdict::pass ? "notice"
                                                     : "warning";
    out += fmt::format("::{} title={}::{}\n", command, escape::github_property(title),
                       escape::github_message(text));
  });
  return out;
}

// Logging commands of Azure Pipelines. There are no notices: what holds is a plain line.
std::string comparison_azure(const std::vector<Compared>& all) {
  std::string out;
  say_all(all, [&](Verdict verdict, const std::string& title, const std::string& text) {
    const std::string line = escape::azure(title + ": " + text);
    const char* type = verdict == Verdict::fail ? "error" : "warning";
    out +=
        verdict == Verdict::pass ? line + "\n" : fmt::format("##vso[task.logissue type={}]{}\n", type, line);
  });
  return out;
}

}  // namespace output
