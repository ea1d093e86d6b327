// The wait before a client tries its hub again: the formulas of the SDKs as coded, and the usual policies.
#pragma once
#include <cstdint>

#include "models/device/behaviour.hpp"
#include "sim/random.hpp"

namespace device {

// The wait after failure k (k >= 1) in a row. `previous`: the wait before the last attempt (decorrelated
// jitter). Uses one word of the draw, none of those that network::exchange() uses. Sources: facts,
// export-and-devices 5.1 and 6.1; behaviour.hpp states the formulas.
inline constexpr std::size_t retry_word = 1;
Duration retry_delay(const Retry& retry, std::uint32_t k, Duration previous, const sim::Draw& draw);

}  // namespace device
