// Known answer 6. Goal: the usual retry policies are the published ones, judged by what they do to a crowd.
// Method: the model of the AWS Architecture Blog's "Exponential Backoff And Jitter" (2015), on its own: N
// clients each read a shared row and write it with the version they read; a conflict sends the client to
// back-off and to read again. A hop takes |Normal(10, 2)| ms; base 5 ms, cap 2 s; the waits are those of
// device::retry_delay. Answer: calls (writes) and completion time of 100 runs, facts, export-and-devices 6.1,
// itself the mean of 100 runs with its standard error. Tolerance: 3 sqrt(se1^2 + se2^2) + 0.5 a cell, and at
// most one of the 50 cells beyond it.
#include <array>
#include <catch2/catch.hpp>
#include <cmath>
#include <queue>

#include "models/device/retry.hpp"
#include "sim/random.hpp"

namespace {

using namespace std::chrono_literals;
using device::Jitter;
using device::Retry;
using device::RetryKind;
using sim::Duration;

struct Outcome {
  double calls = 0;
  double completion_ms = 0;
};

class Crowd {
 public:
  Crowd(const Retry& retry, int clients, std::uint32_t run)
      : retry_(retry), streams_(2015, run), clients_(static_cast<std::size_t>(clients)) {}

  Outcome run() {
    for (std::uint32_t i = 0; i < clients_.size(); ++i) send(i, Duration{0}, Step::read);
    Outcome outcome;
    while (!events_.empty()) {
      const Event event = events_.top();
      events_.pop();
      outcome.completion_ms = static_cast<double>(event.at.count()) / 1e3;
      outcome.calls += event.step == Step::write;
      act(event);
    }
    return outcome;
  }

 private:
  enum class Step { read, read_answer, write, refused, accepted };
  struct Client {
    std::uint32_t draws = 0, failures = 0;
    int version = 0;
    Duration wait{0};
  };
  struct Event {
    Duration at;
    std::uint32_t client;
    Step step;
    bool operator<(const Event& o) const { return at != o.at ? at > o.at : client > o.client; }
  };

  sim::Draw draw(std::uint32_t i) { return streams_.draw(i, 1, clients_[i].draws++); }

  // One hop of the network.
  void send(std::uint32_t i, Duration from, Step step) {
    const double ms = std::abs(10 + 2 * sim::normal_quantile(draw(i).uniform(0)));
    events_.push({from + sim::from_seconds(ms / 1e3), i, step});
  }

  void act(const Event& event) {
    Client& client = clients_[event.client];
    switch (event.step) {
      case Step::read:
        client.version = version_;
        return send(event.client, event.at, Step::read_answer);
      case Step::read_answer:
        return send(event.client, event.at, Step::write);
      case Step::write:
        if (client.version != version_) return send(event.client, event.at, Step::refused);
        ++version_;
        return send(event.client, event.at, Step::accepted);
      case Step::refused:
        client.wait = device::retry_delay(retry_, ++client.failures, client.wait, draw(event.client));
        return send(event.client, event.at + client.wait, Step::read);
      case Step::accepted:
        return;
    }
  }

  const Retry& retry_;
  sim::Streams streams_;
  std::vector<Client> clients_;
  std::priority_queue<Event> events_;
  int version_ = 0;
};

// A cell of the table: mean and standard error.
struct Cell {
  double mean, error;
};
struct Pair {
  Cell calls, completion;
};

Cell cell(const std::vector<double>& values) {
  double sum = 0, squares = 0;
  const auto n = static_cast<double>(values.size());
  for (const double v : values) sum += v;
  for (const double v : values) squares += (v - sum / n) * (v - sum / n);
  return {sum / n, std::sqrt(squares / (n - 1) / n)};
}

Pair measure(const Retry& retry, int clients) {
  std::vector<double> calls, completion;
  for (std::uint32_t run = 0; run < 100; ++run) {
    const Outcome outcome = Crowd(retry, clients, run).run();
    calls.push_back(outcome.calls);
    completion.push_back(outcome.completion_ms);
  }
  return {cell(calls), cell(completion)};
}

bool agree(const Cell& a, const Cell& b) {
  return std::abs(a.mean - b.mean) <= 3 * std::hypot(a.error, b.error) + 0.5;
}

// The published exponent starts at one: 5 ms 2^k, k = 1 after the first failure.
Retry exponential(Jitter jitter) {
  Retry retry;
  retry.kind = RetryKind::exponential;
  retry.min = jitter == Jitter::decorrelated ? 5ms : 10ms;
  retry.max = 2s;
  retry.jitter = jitter;
  return retry;
}

Retry at_once() {
  Retry retry;
  retry.kind = RetryKind::fixed;
  return retry;
}

struct Row {
  int clients;
  std::array<Pair, 5> policies;  // in the order of the table
};

}  // namespace

TEST_CASE("retry policies on the back-off model of AWS", "[known-6][long]") {
  const std::array<Retry, 5> policies{at_once(), exponential(Jitter::none), exponential(Jitter::equal),
                                      exponential(Jitter::full), exponential(Jitter::decorrelated)};
  const char* const names[]{"none", "exponential", "equal", "full", "decorrelated"};
  const std::vector<Row> table{
      {10,
       {{{{51, 0.4}, {383, 3}},
         {{51, 0.4}, {3404, 123}},
         {{42, 0.2}, {700, 18}},
         {{39, 0.2}, {455, 10}},
         {{38, 0.2}, {440, 9}}}}},
      {50,
       {{{{689, 2}, {1130, 5}},
         {{629, 3}, {36707, 326}},
         {{348, 0.6}, {4208, 51}},
         {{332, 0.4}, {2895, 55}},
         {{373, 1.5}, {2206, 48}}}}},
      {100,
       {{{{2421, 3}, {2024, 4}},
         {{1855, 7}, {63307, 393}},
         {{813, 0.8}, {6582, 69}},
         {{796, 0.7}, {4879, 57}},
         {{1000, 3}, {4728, 69}}}}},
      {150,
       {{{{5131, 5}, {2873, 4}},
         {{3544, 11}, {85974, 390}},
         {{1325, 1.2}, {8306, 67}},
         {{1318, 0.9}, {6395, 55}},
         {{1758, 5}, {6405, 68}}}}},
      {190,
       {{{{7989, 7}, {3533, 5}},
         {{5182, 12}, {101600, 439}},
         {{1759, 1.3}, {9349, 63}},
         {{1773, 1.2}, {7422, 53}},
         {{2423, 6}, {7999, 86}}}}},
  };
  int beyond = 0;
  for (const Row& row : table)
    for (std::size_t p = 0; p < policies.size(); ++p) {
      const Pair found = measure(policies[p], row.clients);
      const Pair& told = row.policies[p];
      UNSCOPED_INFO(row.clients << " " << names[p] << ": calls " << found.calls.mean << " for "
                                << told.calls.mean << ", completion " << found.completion.mean << " ms for "
                                << told.completion.mean);
      beyond += !agree(found.calls, told.calls) + !agree(found.completion, told.completion);
    }
  CHECK(beyond <= 1);
}
