// Runs a function in a process of its own and hands its result back: SimGrid allows one engine a process.
#pragma once
#include <functional>
#include <memory>
#include <string>

namespace sim {

inline constexpr int exit_shortage = 71;

struct ChildResult {
  bool ok = false;     // the child ended by itself with exit code 0, its result complete
  int exit_code = 0;   // or 128 + signal; `exit_shortage` when it lacked memory or the like
  std::string output;  // what the function returned
  std::string error;   // what the child wrote to stderr
  double cpu_s = 0;
  long peak_rss_bytes = 0;
};

// A running child. Move-only; its destructor kills and reaps it.
class Child {
 public:
  // `body` runs in the forked child; its return value arrives as output. Text it passes to `note` arrives at
  // on_note of poll(), for progress.
  using Note = std::function<void(const std::string&)>;
  explicit Child(const std::function<std::string(const Note& note)>& body);
  Child(Child&&) noexcept;
  Child& operator=(Child&&) noexcept;
  ~Child();
  int descriptor() const;  // readable when something has arrived, for poll(2)
  bool finished(
      const Note& on_note = nullptr);  // reads what has arrived; true once the child has ended and is reaped
  ChildResult result();                // waits for the end

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// Start, wait, result.
ChildResult in_child(const std::function<std::string()>& body);

}  // namespace sim
