// In which order actors act that are due at one instant.
#pragma once

namespace ranks {

enum : int { fault = 0, lifecycle = 1, prober = 2, control = 3, failover = 4, exports = 5 };

}  // namespace ranks
