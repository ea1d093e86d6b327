#include "models/signals.hpp"

namespace signals {

std::string_view name(Error error) {
  switch (error) {
    case Error::closed:
      return "connection closed";
    case Error::refused:
      return "connection refused (TCP reset)";
    case Error::timeout:
      return "no CONNACK in time";
    case Error::unavailable:
      return "CONNACK 3, server unavailable";
    case Error::unauthorized:
      return "CONNACK 5, not authorised";
    case Error::dropped:
      return "closed without CONNACK (throttled)";
    case Error::dps_throttled:
      return "DPS said 429";
    case Error::dps_failed:
      return "DPS could not assign a hub";
    case Error::dps_timeout:
      return "DPS phase took too long";
    case Error::dps_refused:
      return "DPS refused the connection (TCP reset)";
    case Error::dps_unavailable:
      return "DPS said 503";
    case Error::dps_unauthorized:
      return "DPS said 401, 400209: blocked, or waiting for approval";
  }
  return "";
}

}  // namespace signals
