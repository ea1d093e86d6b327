#include "tests/fuzz/target.hpp"

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <optional>

#include "models/application/load.hpp"

namespace fuzz {
namespace {

[[noreturn]] void broken(const char* why, const std::string& text) {
  std::fprintf(stderr, "the reader broke its promise: %s\n---\n%s\n---\n", why, text.c_str());
  std::abort();
}

std::optional<application::Scenario> load(const std::string& text) {
  try {
    return application::load(text, "fuzz.yaml");
  } catch (const application::Invalid& invalid) {
    if (invalid.count() == 0 || std::string(invalid.what()).empty())
      broken("refused without a message", text);
    return std::nullopt;
  } catch (const std::exception& e) {
    broken(e.what(), text);
  }
}

}  // namespace

void read_scenario(const std::string& text) {
  const auto scenario = load(text);
  if (!scenario) return;
  const auto again = load(scenario->resolved);
  if (!again) broken("the resolved scenario is refused", scenario->resolved);
  if (again->resolved != scenario->resolved) broken("the resolved scenario resolves to another", text);
}

}  // namespace fuzz

// The entry of libFuzzer, for builds with Clang and -fsanitize=fuzzer.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::read_scenario({reinterpret_cast<const char*>(data), size});
  return 0;
}
