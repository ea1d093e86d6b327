// The waits of the SDKs against the formulas of their code (the catalog names the files), draw by draw, and
// by the shares of waits that a wrong constant would shift.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

#include "models/device/retry.hpp"
#include "models/device/tables.hpp"
#include "models/purpose.hpp"

namespace {

using device::Retry;

sim::Draw draw(std::uint32_t n) {
  static const sim::Streams streams(7, 0);
  return streams.draw(n, purpose::attempt, 0);
}

Retry retry_of(const std::string& client) { return device::client_named(client).retry; }

// The wait in seconds after failure k, by the formula, for the random number u.
using Formula = double (*)(int k, double u);

double sdk_c(int k, double u) { return std::floor(std::min(30.0, std::pow(2, k - 1)) * (1 + 0.05 * u)); }
double delta(int n, double u) {
  return std::min(10'000.0, 100 + (std::pow(2, n) - 1) * std::floor(80 + 40 * u)) / 1000;
}
double dotnet(int k, double u) { return delta(k - 1, u); }
double java(int k, double u) { return delta(k, u); }
// A timer of Node.js has whole milliseconds.
double node(int k, double u) {
  return std::floor(std::min(10'000.0, 100 + (std::pow(2, k - 1) - 1) * 25 * u)) / 1000;
}
double python(int, double) { return 10; }
double embedded_c(int k, double u) {
  const double doubled = std::min(100.0, std::pow(2, k - 1));
  return 100 - doubled > 5 ? doubled + 5 * u : doubled;
}

}  // namespace

TEST_CASE("retry delays are those of the published formulas", "[figures]") {
  const std::pair<const char*, Formula> clients[] = {{"sdk-c", sdk_c},       {"sdk-dotnet", dotnet},
                                                     {"sdk-java", java},     {"sdk-node", node},
                                                     {"sdk-python", python}, {"sdk-embedded-c", embedded_c}};
  for (const auto& [client, formula] : clients) {
    INFO(client);
    const Retry retry = retry_of(client);
    for (int k = 1; k <= 12; ++k)
      for (std::uint32_t n = 0; n < 200; ++n) {
        const sim::Draw draws = draw(n);
        const double wait =
            sim::seconds(device::retry_delay(retry, static_cast<std::uint32_t>(k), {}, draws));
        REQUIRE(wait == Approx(formula(k, draws.uniform(device::retry_word))).margin(1.1e-3));
      }
  }
}

TEST_CASE("the C SDK's jitter of 5 % makes a third of its longest waits 31 s", "[figures]") {
  const Retry retry = retry_of("sdk-c");
  constexpr std::uint32_t n = 30'000;
  std::uint32_t longer = 0;
  for (std::uint32_t i = 0; i < n; ++i) {
    const double wait = sim::seconds(device::retry_delay(retry, 9, {}, draw(i)));
    REQUIRE((wait == 30 || wait == 31));
    longer += wait == 31;
  }
  CHECK(longer == Approx(n / 3.0).epsilon(0.03));  // 30 (1 + u / 20) reaches 31 at u = 2/3
}
