#include "tools/output/result.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sim/random.hpp"

namespace output {
namespace {

// Keys at the top level that change no simulated number of a replication.
constexpr std::string_view beside_the_model[] = {"seed", "replications", "description", "expect",
                                                 "tolerances"};

bool is_beside_the_model(std::string_view line) {
  const std::string_view key = line.substr(0, line.find(':'));
  return std::find(std::begin(beside_the_model), std::end(beside_the_model), key) !=
         std::end(beside_the_model);
}

// Left out are these keys, each with the lines below it: those that are indented or, of a list, begin with a
// dash.
std::string of_the_model(std::string_view resolved) {
  std::string kept;
  bool skip = false;
  while (!resolved.empty()) {
    const std::size_t end = std::min(resolved.find('\n'), resolved.size() - 1) + 1;
    const std::string_view line = resolved.substr(0, end);
    const bool below = line.starts_with(' ') || line.starts_with('-') || line.starts_with('\n');
    if (!below) skip = is_beside_the_model(line);
    if (!skip) kept += line;
    resolved.remove_prefix(end);
  }
  return kept;
}

}  // namespace

const char* verdict_word(analysis::Verdict verdict) {
  switch (verdict) {
    case analysis::Verdict::pass:
      return "pass";
    case analysis::Verdict::fail:
      return "fail";
    case analysis::Verdict::inconclusive:
      return "inconclusive";
  }
  return "";
}

std::string scenario_hash(const std::string& resolved) {
  const std::string text = of_the_model(resolved);
  const std::string salted = "hubstorm\n" + text;
  return fmt::format("{:016x}{:016x}", sim::hash_text(text.data(), text.size()),
                     sim::hash_text(salted.data(), salted.size()));
}

}  // namespace output
