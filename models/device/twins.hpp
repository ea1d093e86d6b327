// What a client does with its device twin once it has connected: it reads it, past the hub's throttle of twin
// reads, and then updates reported properties. It sends and receives meanwhile.
#pragma once
#include <cstdint>
#include <unordered_map>

#include "models/device/reach.hpp"
#include "models/device/roster.hpp"
#include "models/signals.hpp"

namespace device {

class Twins {
 public:
  Twins(Roster& roster, const Reach& reach, const signals::Board& board)
      : roster_(roster), reach_(reach), board_(board) {}

  // The connection is there, or there again after a renewal of the token.
  void begin(Device d, const Client& c, Time now, Duration rtt);
  // The throttle has let a read through, or dropped it; false if nobody waits for that any more.
  bool answered(Device d, Time asked, Time now, bool served);
  // When it asks again after a read that was refused; never if none was.
  Time next(Device d) const {
    const auto found = requests_.empty() ? requests_.end() : requests_.find(d);
    return found == requests_.end() ? sim::never : found->second.due;
  }
  void ask_again(Device d, const Client& c, Time now) { read(d, c, now, requests_.at(d)); }
  void forget(Device d) {
    if (!requests_.empty()) requests_.erase(d);
  }

 private:
  struct Requests {
    std::uint32_t left = 0;  // reads
    Duration rtt{0};
    Time asked{};           // of a read that the hub's throttle holds
    Time due = sim::never;  // when it asks again; never while a read is held
    Time heard{};           // the earliest at which all can be answered
  };
  void read(Device d, const Client& c, Time now, Requests requests);
  void was_read(const Client& c, Time now, Requests& requests);
  bool was_refused(Device d, const Client& c, Time now, Requests& requests);
  template <auto method, class... Args>
  void tell(const Args&... args) const {
    board_.tell<method>(args...);
  }

  Roster& roster_;
  const Reach& reach_;
  const signals::Board& board_;
  std::unordered_map<Device, Requests> requests_;  // of connections; never iterated
};

}  // namespace device
