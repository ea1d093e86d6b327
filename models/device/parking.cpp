#include "models/device/parking.hpp"

#include <algorithm>

namespace device {

Time Parking::certain_until(Device d, const Client& c) const {
  if (c.hub != HubId::none && reach_.address_spreads(c.hub))
    return c.next;  // its hub is back, under an address that it is not given yet
  if (hub::serves(reach_.dps_view(c).mode)) return goes_on(d, c) ? leave_time(d, c) : c.next;
  if (reach_.hub_is_away(d, c)) return sim::never;  // whatever it asks
  const OnDpsFailure then = roster_.behaviour(c).on_dps_failure;
  return then == OnDpsFailure::cached_hub || then == OnDpsFailure::retry_hub ? c.next : sim::never;
}

// Whether it retries whatever its hub's state makes of its attempts. A client whose failures are counted
// makes few attempts; a failure of another class may still be on its way while a CONNECT is.
bool Parking::goes_on(Device d, const Client& c) const {
  const Behaviour& b = roster_.behaviour(c);
  if (b.return_to_dps.kind == ReturnRule::Kind::at_once ||
      b.return_to_dps.kind == ReturnRule::Kind::after_failures)
    return false;
  if ((c.state != State::dialing && c.state != State::unanswered) || c.trying_cached ||
      b.retry.kind == RetryKind::none)
    return false;
  const hub::Mode mode = reach_.hub_view(d, c).mode;
  const Reaction answered = mode == hub::Mode::refuse ? b.reactions.refused
                            : !hub::answers(mode)     ? b.reactions.timeout
                                                      : b.reactions.unavailable;
  if (answered != Reaction::retry || b.reactions.timeout != Reaction::retry) return false;
  // With a limit for each message, only messages that keep coming keep it going.
  const RunGroup& k = roster_.group(c);
  const Duration period = k.group->telemetry.every;
  const bool keep_coming = period.count() > 0 && period <= b.retry.limit && !k.pace;
  const bool per_message = b.retry.per_message && b.retry.limit.count() > 0;
  return (!per_message || keep_coming) && !programs_.doomed(d, c);
}

// No attempt that is sent before it ends the series; the last of them may say what happens from then on.
Time Parking::leave_time(Device d, const Client& c) const {
  const Behaviour& b = roster_.behaviour(c);
  const Time returns =
      b.return_to_dps.kind == ReturnRule::Kind::after_time ? waits_.return_time(d, c) : sim::never;
  const bool limited = b.retry.limit.count() > 0 && !b.retry.per_message;
  return limited ? std::min(returns, Waits::trying_since(c) + b.retry.limit) : returns;
}

}  // namespace device
