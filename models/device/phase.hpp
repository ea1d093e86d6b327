// What the phases of a client's life work on: the rooms of all devices, and the board that is told.
#pragma once
#include "models/device/outbox.hpp"
#include "models/device/programs.hpp"
#include "models/device/protocol.hpp"
#include "models/device/reach.hpp"
#include "models/device/roster.hpp"
#include "models/device/twins.hpp"
#include "models/device/waits.hpp"
#include "models/signals.hpp"

namespace device {

struct Parts {
  Roster& roster;
  Reach& reach;
  Programs& programs;
  Outbox& outbox;
  Protocol& protocol;
  Twins& twins;
  Waits& waits;
  const signals::Board& board;
};

class Phase : protected signals::Teller {
 protected:
  explicit Phase(const Parts& parts)
      : Teller(parts.board),
        roster_(parts.roster),
        reach_(parts.reach),
        programs_(parts.programs),
        outbox_(parts.outbox),
        protocol_(parts.protocol),
        twins_(parts.twins),
        waits_(parts.waits) {}

  Roster& roster_;
  Reach& reach_;
  Programs& programs_;
  Outbox& outbox_;
  Protocol& protocol_;
  Twins& twins_;
  Waits& waits_;
};

}  // namespace device
