#include "models/device/retry.hpp"

#include <algorithm>

namespace device {

namespace {

using namespace std::chrono_literals;

// min 2^exponent, at most max.
Duration doubled(Duration min, std::uint32_t exponent, Duration max) {
  if (exponent >= 62 || min.count() > (INT64_MAX >> exponent)) return max;
  return std::min(max, min * (std::int64_t{1} << exponent));
}

Duration share(Duration d, double factor) { return sim::from_seconds(sim::seconds(d) * factor); }

// min + (2^exponent - 1) step, at most max.
Duration stepped(Duration min, std::uint32_t exponent, Duration step, Duration max) {
  const std::uint32_t bounded = std::min(exponent, 40u);
  const std::int64_t steps = (std::int64_t{1} << bounded) - 1;
  if (step.count() > 0 && steps > (max.count() / step.count()) + 1) return max;
  return std::min(max, min + steps * step);
}

Duration jittered(const Retry& retry, Duration bound, Duration previous, double u) {
  switch (retry.jitter) {
    case Jitter::none:
      return bound;
    case Jitter::full:
      return share(bound, u);
    case Jitter::equal:
      return bound / 2 + share(bound - bound / 2, u);
    case Jitter::decorrelated: {
      const Duration widest = std::max(retry.min, 3 * std::max(previous, retry.min));
      return std::min(retry.max, sim::uniform_between(retry.min, widest, u));
    }
  }
  return bound;
}

}  // namespace

Duration retry_delay(const Retry& retry, std::uint32_t k, Duration previous, const sim::Draw& draw) {
  const double u = draw.uniform(retry_word);
  const std::uint32_t n = k - 1;
  switch (retry.kind) {
    case RetryKind::none:
      return Duration::max();
    case RetryKind::fixed:
      return retry.min;
    case RetryKind::linear:
      return jittered(retry, std::min(retry.max, retry.min * static_cast<std::int64_t>(k)), previous, u);
    case RetryKind::exponential:
      return jittered(retry, doubled(retry.min, n, retry.max), previous, u);
    case RetryKind::sdk_c: {
      const Duration exact = share(doubled(retry.min, n, retry.max), 1 + 0.05 * u);
      return std::chrono::floor<std::chrono::seconds>(exact);
    }
    case RetryKind::sdk_delta: {
      const auto percent = static_cast<std::int64_t>(40 * u) + 80;  // 80..119
      return stepped(retry.min, n + retry.offset, percent * 1ms, retry.max);
    }
    case RetryKind::sdk_node:
      // A timer of Node.js has whole milliseconds.
      return std::chrono::floor<std::chrono::milliseconds>(stepped(retry.min, n, share(25ms, u), retry.max));
    case RetryKind::sdk_embedded_c: {
      const Duration d = doubled(retry.min, n, retry.max);
      return retry.max - d > retry.spread ? d + share(retry.spread, u) : d;
    }
  }
  return retry.min;
}

}  // namespace device
