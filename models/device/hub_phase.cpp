#include "models/device/hub_phase.hpp"

#include <algorithm>

#include "models/device/dps_phase.hpp"

namespace device {

using signals::Activity;
using signals::Error;
using signals::Listener;

// The hub's state decides at once, or the handshake
// goes on, unless nobody answers it.
void HubPhase::dial(Device d, Client& c) {
  const Duration limit = roster_.behaviour(c).connect_timeout, half = c.rtt() / 2;
  const Time opened_by = c.since + protocol_.tcp_limit(c);
  const bool again = roster_.now() > c.since + half + Duration{1};
  const Time sent = again ? roster_.now() - half : c.since;
  if (!again && c.since + half >= opened_by) return failed(d, c, opened_by, Error::timeout);
  const View view = reach_.hub_view(d, c);
  const bool refused = view.mode == hub::Mode::refuse;
  if ((refused || (!hub::answers(view.mode) && !again)) && reach_.route(c).mode == hub::Mode::up)
    reach_.hub_of(c).count_refused(1);
  const bool late = sent + c.rtt() > opened_by;
  if (!hub::answers(view.mode) && (!late || view.mode != hub::Mode::frozen))
    return protocol_.leave_unanswered(c, view, true);
  if (late && (refused || opened_by < c.since + limit)) return failed(d, c, opened_by, Error::timeout);
  if (refused) return failed(d, c, sent + c.rtt(), Error::refused);
  c.state = State::handshaking;
  c.next = roster_.tick_after(std::min(sent + c.total() - half, c.since + limit));
}

void HubPhase::shake_hands(Device d, Client& c, Time now) { answered(d, c, now, knock(d, c, now)); }

// The CONNECT arrives. A client that has hung up by then, or would before it heard an answer, is not seen.
hub::Answer HubPhase::knock(Device d, const Client& c, Time now) {
  hub::Hub& hub = reach_.hub_of(c);
  const Time deadline = waits_until(c);
  if (deadline <= now) return hub::Answer::silence;
  const View view = reach_.hub_view(d, c);
  const bool serves = hub::serves(view.mode);
  const bool moved = serves && reach_.identity(d, c) == hub::Identity::disabled;
  if (serves && !moved) return hub.connect(now, d, deadline, reach_.identity(d, c));
  // Certain, and so the same for a parked client that comes past here later: the door is not asked.
  if (says_busy(view.mode) || moved) hub.count_connect(now);
  if (moved) return hub::Answer::unavailable;
  if (reach_.route(c).mode == hub::Mode::up) hub.count_refused(1);
  if (!hub::answers(view.mode)) return hub::Answer::silence;
  return says_busy(view.mode) ? hub::Answer::unavailable : hub::Answer::refused;
}

void HubPhase::answered(Device d, Client& c, Time now, hub::Answer answer) {
  const Time heard = now + c.rtt() / 2;
  const Time limit = c.since + roster_.behaviour(c).connect_timeout;
  switch (answer) {
    case hub::Answer::accepted:
      return online(d, c, now);
    case hub::Answer::queued:
      c.state = State::queued;
      c.next = roster_.tick_after(limit);
      return tell<&Listener::activity>(d, now, Activity::hub_queue, c.hub);
    case hub::Answer::refused:
      return failed(d, c, heard, Error::refused);
    case hub::Answer::silence:
      if (limit <= now || hub::answers(reach_.hub_view(d, c).mode))
        return failed(d, c, std::max(limit, now), Error::timeout);
      return protocol_.leave_unanswered(c, reach_.hub_view(d, c), false);
    case hub::Answer::unavailable:
      return failed(d, c, heard, Error::unavailable);
    case hub::Answer::unauthorized:
      return failed(d, c, heard, Error::unauthorized);
    case hub::Answer::dropped:
      return failed(d, c, heard, Error::dropped);
  }
}

void HubPhase::accepted(Device d, Client& c, Time now) {
  const hub::Mode view = reach_.hub_view(d, c).mode;
  if (view == hub::Mode::silent) untold_.note(d, {now});
  if (view == hub::Mode::silent || reach_.route(c).mode == hub::Mode::refuse) return;
  online(d, c, now);
  const hub::Identity known = reach_.identity(d, c);  // it may have been moved while it waited
  if (known == hub::Identity::disabled) cut(d, c, now, reach_.disabled_by(d));
  if (known == hub::Identity::absent) cut(d, c, now, CauseId::none);
}

void HubPhase::closed(Device d, Client& c, Time now, Error error) {
  const hub::Mode view = reach_.hub_view(d, c).mode;
  if (view == hub::Mode::silent) untold_.note(d, {now, true});
  if (view == hub::Mode::silent || reach_.route(c).mode == hub::Mode::refuse) return;
  failed(d, c, now + c.rtt() / 2, error);
}

void HubPhase::kept(Device d, Client& c, Time now) {
  tell<&Listener::activity>(d, now, Activity::on_wire, c.hub);
  const Time limit = c.since + roster_.behaviour(c).connect_timeout;
  const hub::Hub& hub = reach_.hub_of(c);
  if (hub.mode() == hub::Mode::frozen && limit > now)
    protocol_.leave_unanswered(c, View{hub.mode(), hub.fault()}, false);
  else
    failed(d, c, std::max(now, limit), Error::timeout);
}

void HubPhase::leave_queue(Device d, Client& c, Time now) {
  const Untold::Event told = untold_.of(d);
  const bool heard = told.at != Time::min() && now < c.since + roster_.behaviour(c).connect_timeout &&
                     !reach_.went_to_old_address(d, c);
  if (!heard) return failed(d, c, now, Error::timeout);
  const View view = reach_.hub_view(d, c);
  if (told.closed || view.mode == hub::Mode::refuse) return failed(d, c, now, Error::dropped);
  untold_.forget(d);
  accepted(d, c, now);
  if (c.state == State::connected && !hub::answers(view.mode)) black_hole(d, c, now);  // frozen since
}

void HubPhase::online(Device d, Client& c, Time now) {
  const Duration rtt = c.rtt();
  tell<&Listener::online>(d, now, c.lost_at, c.hub);
  c.state = State::connected;
  c.failures = 0;
  c.phases = 0;
  c.trying_cached = false;
  c.set_opened(now);
  waits_.connected(d);
  programs_.connected(d);
  protocol_.plan_renewal(d, c, protocol_.next_renewal(d, c, now));
  protocol_.watch_idle(d, c, now);
  outbox_.start(d, c, now);
  twins_.begin(d, c, now, rtt);
}

void HubPhase::due(Device d, Client& c, Time now) {
  if (protocol_.idle_closes(d, now)) return cut(d, c, now, CauseId::none);
  if (protocol_.expires(c)) return cut(d, c, now, CauseId::none, true);
  if (protocol_.renewal(c) == Renewal::through_dps) return renew_through_dps(d, c, now);
  const bool opens = c.rtt() <= protocol_.tcp_limit(c);
  const hub::Answer answer = opens ? knock(d, c, now) : hub::Answer::silence;
  if (answer != hub::Answer::accepted) return renewal_failed(d, c, now, opens, answer);
  if (roster_.behaviour(c).on_connect.any()) return renewed_with_twin(d, c, now);
  renewed(d, c, now);
}

void HubPhase::renewed(Device d, Client& c, Time now) {
  tell<&Listener::renewed>(d, now, c.hub);
  c.set_opened(now);
  protocol_.plan_renewal(d, c, protocol_.renewal_after(c, now));
  protocol_.watch_idle(d, c, now);
}

void HubPhase::renewed_with_twin(Device d, Client& c, Time now) {
  const Duration rtt = c.rtt();
  twins_.forget(d);
  renewed(d, c, now);
  twins_.begin(d, c, now, rtt);
}

void HubPhase::renewal_failed(Device d, Client& c, Time now, bool opens, hub::Answer answer) {
  twins_.forget(d);
  c.previous_wait = Duration{0};
  protocol_.keep_token(d, c);
  outbox_.stop(d, c, c.since, now);
  c.lost_at = c.since;
  c.phase_start = std::min(c.phase_start, c.since);
  tell<&Listener::offline>(d, c.since, c.hub, CauseId::none, true);
  tell<&Listener::activity>(d, c.since, Activity::on_wire, c.hub);
  waits_.begin_sequences_with(d, c, c.since);
  programs_.wind(d, c, c.since);
  if (opens)
    answered(d, c, now, answer);
  else
    failed(d, c, now, Error::timeout);
}

void HubPhase::renew_through_dps(Device d, Client& c, Time now) {
  c.previous_wait = Duration{0};
  protocol_.keep_token(d, c);
  outbox_.stop(d, c, now, now);
  twins_.forget(d);
  c.lost_at = now;
  tell<&Listener::offline>(d, now, c.hub, CauseId::none, true);
  programs_.wind(d, c, now);
  dps_phase_.begin(d, c, now);
}

}  // namespace device
