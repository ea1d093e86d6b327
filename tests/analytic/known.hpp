// What the tests of known answers have in common: worlds that are simple enough for an answer on paper.
#pragma once
#include <cmath>
#include <string>
#include <vector>

#include "tests/support/run.hpp"

namespace known {

// Puts devices beside the services: with `access: {rtt: 0ms}` in the application's region nothing takes any
// time on the network, and what is left is what the model itself makes of time.
void no_distance(application::Scenario& scenario);

// Runs the scenario without distance.
measures::Report run_nearby(const std::string& yaml, support::Options options = {});

// Nothing when both reports have the same bytes, `meta` aside; else what differs first.
std::string difference(const measures::Report& a, const measures::Report& b);

// Runs it with parking and without, requires the same bytes (known answer 25), and returns the report.
measures::Report run_both(const std::string& yaml, const support::Options& options = {});

// Instants of the trace lines that begin with `text`, in seconds.
std::vector<double> instants(const measures::Report& report, const std::string& text);

// A column of the time series at t seconds, which must be an instant of the series.
double at(const measures::Report& report, const std::string& column, double t);

// The greatest distance between the distribution of recovery times and the uniform one over [low, high]
// seconds (Kolmogorov and Smirnov), to be held against 1.63 / sqrt(n) at 1 %.
double distance_to_uniform(const measures::Pool& pool, double low, double high);
inline double critical(const measures::Pool& pool) {
  return 1.63 / std::sqrt(static_cast<double>(pool.recovery.count()));
}

// Between which bounds, seconds, a client notices that packets vanish, which sends so often.
struct Noticing {
  const char* client;
  const char* telemetry_every;
  double low, high;
};
inline constexpr Noticing noticing[] = {{"sdk-dotnet", "48h", 30, 105}, {"sdk-python", "48h", 60, 120},
                                        {"sdk-node", "48h", 180, 360},  {"sdk-java", "48h", 230, 460},
                                        {"sdk-c", "60s", 120, 180},     {"sdk-c", "48h", 81, 321}};

// After how many seconds without a packet a hub drops its connection: 1.5 times the keep-alive (facts,
// export-and-devices 5.2).
struct Patience {
  const char* client;
  int seconds;
};
// When the latest repeat of what was sent 10 s into a hole, next to the hub, arrives before its end, seconds
// from the begin of the hole (network/tcp.hpp): a connection that lives so long goes on then.
double last_repeat_s(int end_s);

inline constexpr Patience patience[] = {{"sdk-python", 90}, {"sdk-node", 270},       {"sdk-java", 345},
                                        {"sdk-c", 360},     {"sdk-embedded-c", 360}, {"sdk-dotnet", 450}};

}  // namespace known
