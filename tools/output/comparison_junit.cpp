// A comparison as JUnit XML, in the form that GitHub, GitLab, Azure Pipelines and Jenkins read.
#include <fmt/format.h>

#include "tools/output/comparison_writers.hpp"
#include "tools/output/escape.hpp"

namespace output {
namespace {

using analysis::Verdict;

struct Case {
  std::string name;
  Verdict verdict;
  std::string says;
};

std::vector<Case> cases_of(const Compared& compared) {
  std::vector<Case> cases;
  if (compared.exact) {
    std::string says = words::overall(compared);
    for (std::size_t i = 0; i < std::min(most_listed, compared.differences.size()); ++i)
      says += "\n" + words::difference(compared.differences[i]);
    cases.push_back({"exact", verdict_of(compared), says});
  }
  for (const analysis::GateResult& gate : compared.comparison.gates)
    cases.push_back(
        {gate.gate.tolerance.metric, gate.verdict, words::sentence(gate, compared.comparison.judging.level)});
  return cases;
}

std::string case_xml(const Case& one, const std::string& scenario, bool strict) {
  const std::string head = fmt::format("    <testcase classname=\"{}\" name=\"{}\" time=\"0\">\n",
                                       escape::xml(scenario), escape::xml(one.name));
  const std::string says = escape::xml(one.says);
  std::string inside;
  if (one.verdict == Verdict::fail)
    inside = fmt::format("      <failure type=\"regression\" message=\"{}\">{}</failure>\n", says, says);
  else if (one.verdict == Verdict::inconclusive && strict)
    inside = fmt::format("      <error type=\"inconclusive\" message=\"{}\">{}</error>\n", says, says);
  else if (one.verdict == Verdict::inconclusive)
    inside = fmt::format("      <skipped message=\"{}\"/>\n", says);
  else
    inside = fmt::format("      <system-out>{}</system-out>\n", says);
  return head + inside + "    </testcase>\n";
}

std::string properties(const std::vector<std::string>& notes) {
  if (notes.empty()) return "";
  std::string text = "    <properties>\n";
  for (const std::string& note : notes)
    text += fmt::format("      <property name=\"note\" value=\"{}\"/>\n", escape::xml(note));
  return text + "    </properties>\n";
}

// No gate was judged: a broken test, not one that failed.
std::string problem_xml(const Compared& compared) {
  const std::string title = escape::xml(title_of(compared)), says = escape::xml(words::overall(compared));
  return fmt::format(
      "  <testsuite name=\"{}\" tests=\"1\" failures=\"0\" errors=\"1\" skipped=\"0\" time=\"0\">\n"
      "    <testcase classname=\"{}\" name=\"comparison\" time=\"0\">\n"
      "      <error type=\"not compared\" message=\"{}\">{}</error>\n    </testcase>\n  </testsuite>\n",
      title, title, says, says);
}

}  // namespace

std::string comparison_junit(const std::vector<Compared>& all, bool strict) {
  std::string text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"hubstorm compare\">\n";
  for (const Compared& compared : all) {
    if (!compared.problem.empty()) {
      text += problem_xml(compared);
      continue;
    }
    const std::vector<Case> cases = cases_of(compared);
    const auto count = [&](Verdict verdict) {
      return std::count_if(cases.begin(), cases.end(),
                           [&](const Case& one) { return one.verdict == verdict; });
    };
    const auto unclear = count(Verdict::inconclusive);
    text += fmt::format(
        "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\" time=\"0\">\n",
        escape::xml(compared.result.scenario), cases.size(), count(Verdict::fail), strict ? unclear : 0,
        strict ? 0 : unclear);
    text += properties(compared.notes);
    for (const Case& one : cases) text += case_xml(one, compared.result.scenario, strict);
    text += "  </testsuite>\n";
  }
  return text + "</testsuites>\n";
}

}  // namespace output
