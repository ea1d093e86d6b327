// What a client does with its device twin once it has connected: it reads it, past the hub's throttle of twin
// reads, and then updates reported properties. It sends and receives meanwhile.
#pragma once
#include <cstdint>

#include "models/device/reach.hpp"
#include "models/device/roster.hpp"
#include "models/signals.hpp"
#include "sim/sparse.hpp"

namespace device {

class Twins : signals::Teller {
 public:
  Twins(Roster& roster, const Reach& reach, const signals::Board& board)
      : Teller(board), roster_(roster), reach_(reach), requests_(roster.size()) {}

  // The connection is there, or there again after a renewal of the token.
  void begin(Device d, const Client& c, Time now, Duration rtt);
  // The throttle has let a read through, or dropped it; false if nobody waits for that any more.
  bool answered(Device d, Time asked, Time now, bool served);
  // When it asks again after a read that was refused; never if none was.
  Time next(Device d) const {
    const Requests* const known = requests_.find(d);
    return known == nullptr ? sim::never : known->due;
  }
  void ask_again(Device d, const Client& c, Time now) { read(d, c, now, *requests_.find(d)); }
  void forget(Device d) { requests_.erase(d); }

 private:
  struct Requests {
    std::uint32_t left = 0;  // reads
    Duration rtt{0};
    Time asked{};           // of a read that the hub's throttle holds
    Time due = sim::never;  // when it asks again; never while a read is held
    Time heard{};           // the earliest at which all can be answered
  };
  void read(Device d, const Client& c, Time now, Requests requests);
  void was_read(Time now, Requests& requests);
  bool was_refused(Device d, const Client& c, Time now, Requests& requests);

  Roster& roster_;
  const Reach& reach_;
  sim::Sparse<Requests> requests_;  // of connections that wait
};

}  // namespace device
