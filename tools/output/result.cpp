#include "tools/output/result.hpp"

#include <fmt/format.h>

#include "sim/random.hpp"

namespace output {
namespace {

bool starts_with_key(std::string_view line, std::string_view key) {
  return line.starts_with(key) && line.substr(key.size()).starts_with(":");
}

std::string without_luck(std::string_view resolved) {
  std::string kept;
  while (!resolved.empty()) {
    const std::size_t end = std::min(resolved.find('\n'), resolved.size() - 1) + 1;
    const std::string_view line = resolved.substr(0, end);
    if (!starts_with_key(line, "seed") && !starts_with_key(line, "replications")) kept += line;
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
  const std::string text = without_luck(resolved);
  const std::string salted = "hubstorm\n" + text;
  return fmt::format("{:016x}{:016x}", sim::hash_text(text.data(), text.size()),
                     sim::hash_text(salted.data(), salted.size()));
}

}  // namespace output
