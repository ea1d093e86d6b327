#include "models/device/attempt.hpp"

#include <algorithm>

namespace device {

Attempt attempt_of(const RunGroup& group, const network::Constants& distance) {
  const Behaviour& b = group.group->client;
  int trips = distance.connect_trips;
  if (speaks_amqp(b)) trips = distance.amqp_trips + (has_certificate(*group.group) ? 0 : distance.cbs_trips);
  if (over_web_sockets(b)) trips += distance.web_socket_trips;
  auto renewal = Renewal::none;
  if (group.renewal.count() > 0) {
    if (b.renewal_by == RenewalBy::hub)
      renewal = Renewal::hub_closes;
    else if (b.renewal_through_dps)
      renewal = Renewal::through_dps;
    else
      renewal = speaks_amqp(b) ? Renewal::in_place : Renewal::reconnect;
  }
  const bool by_stage = b.tcp_timeout.count() > 0;
  return {b.connect_timeout, by_stage ? std::min(b.tcp_timeout, b.connect_timeout) : b.connect_timeout, trips,
          renewal};
}

}  // namespace device
