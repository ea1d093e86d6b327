// The first Ctrl-C (or SIGTERM) asks the command to end in order; the second ends it at once.
#pragma once

namespace hubstorm {

// While it lives, interruptions are noted instead of ending the process. One at a time.
class InterruptGuard {
 public:
  InterruptGuard();
  InterruptGuard(const InterruptGuard&) = delete;
  InterruptGuard& operator=(const InterruptGuard&) = delete;
  ~InterruptGuard();
  bool interrupted() const;
};

}  // namespace hubstorm
