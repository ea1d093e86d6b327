#include "tools/hubstorm/interrupt.hpp"

#include <signal.h>

#include "tools/output/streams.hpp"

namespace hubstorm {
namespace {

extern "C" void note_interrupt(int) { output::stop_asked = 1; }

void handle(int signal, void (*handler)(int)) {
  struct sigaction action {};
  action.sa_handler = handler;
  action.sa_flags = static_cast<int>(SA_RESETHAND);  // the second one ends the process
  sigemptyset(&action.sa_mask);
  sigaction(signal, &action, nullptr);
}

}  // namespace

InterruptGuard::InterruptGuard() {
  output::stop_asked = 0;
  handle(SIGINT, note_interrupt);
  handle(SIGTERM, note_interrupt);
}

InterruptGuard::~InterruptGuard() {
  handle(SIGINT, SIG_DFL);
  handle(SIGTERM, SIG_DFL);
}

bool InterruptGuard::interrupted() const { return output::stop_asked != 0; }

}  // namespace hubstorm
