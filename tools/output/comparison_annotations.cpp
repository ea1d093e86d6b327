// A comparison as commands to the CI system that runs it.
#include <fmt/format.h>

#include <functional>

#include "tools/output/comparison_machine.hpp"

namespace output {
namespace {

using analysis::Verdict;

// Each character of `special` is replaced by its code.
std::string coded(const std::string& text, const std::vector<std::pair<char, const char*>>& special) {
  std::string out;
  for (const char c : text) {
    const auto code =
        std::find_if(special.begin(), special.end(), [&](const auto& one) { return one.first == c; });
    out += code == special.end() ? std::string(1, c) : code->second;
  }
  return out;
}

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

// https://docs.github.com/actions/reference/workflow-commands-for-github-actions; escapes as in
// actions/toolkit, packages/core/src/command.ts.
std::string comparison_github(const std::vector<Compared>& all) {
  std::string out;
  say_all(all, [&](Verdict verdict, const std::string& title, const std::string& text) {
    const char* command = verdict == Verdict::fail   ? "error"
                          : verdict == Verdict::pass ? "notice"
                                                     : "warning";
    out += fmt::format("::{} title={}::{}\n", command,
                       coded(title, {{'%', "%25"}, {'\r', "%0D"}, {'\n', "%0A"}, {':', "%3A"}, {',', "%2C"}}),
                       coded(text, {{'%', "%25"}, {'\r', "%0D"}, {'\n', "%0A"}}));
  });
  return out;
}

// Logging commands of Azure Pipelines; escapes as in microsoft/azure-pipelines-task-lib, node/taskcommand.ts.
// There are no notices: what holds is a plain line.
std::string comparison_azure(const std::vector<Compared>& all) {
  std::string out;
  say_all(all, [&](Verdict verdict, const std::string& title, const std::string& text) {
    const std::string line = coded(title + ": " + text, {{'%', "%AZP25"}, {'\r', "%0D"}, {'\n', "%0A"}});
    const char* type = verdict == Verdict::fail ? "error" : "warning";
    out +=
        verdict == Verdict::pass ? line + "\n" : fmt::format("##vso[task.logissue type={}]{}\n", type, line);
  });
  return out;
}

}  // namespace output
