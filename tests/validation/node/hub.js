'use strict';
// What the network and a hub make of the attempts and packets of clients, in closed form: the fault
// is known beforehand, so the instant of each answer is computed when the question is asked.
//
// Kinds of faults:
//   refuse     all connections are closed, each attempt is refused at once
//   connack-3  all connections are closed, each attempt is answered by "server unavailable"
//   connack-5  the same by "not authorized"
//   silent     packets vanish in both directions; the kernels repeat them
//   frozen     the kernel of the hub goes on to take data, the hub itself does nothing
//   throttle   connections stay, and requests are answered by "too many"

// Linux 6.5 and newer sends a SYN again so many seconds after the first one: 1, 2, 3, 4, 5, 7, 11, 19, 35
// and 67 s, and as much later as its timer wheel makes it on average.
const SYN_REPEATS_S = [1.016, 2.032, 3.048, 4.064, 5.08, 7.096, 11.224, 19.352, 35.48, 68.504];

// Data that is not acknowledged is sent again after this and a round trip, which is the tail loss
// probe, once more after the same time, and then after twice that.
const LEAST_RESEND_MS = 200;
const LONGEST_RESEND_MS = 120000;

// Round trips until a CONNACK, unless given: TCP, two of TLS 1.2, MQTT.
const CONNECT_ROUND_TRIPS = 4;

const KINDS = ['refuse', 'connack-3', 'connack-5', 'silent', 'frozen', 'throttle'];

class Fault {
  constructor(kind, start, end) {
    this.kind = kind;
    this.start = start;
    this.end = end;
    this.closesConnections = kind === 'refuse' || kind.startsWith('connack');
  }

  active(instant) {
    return instant >= this.start && instant < this.end;
  }
}

// One connection as the network knows it. `close` is set by who uses it, and is called with whether
// the hub ends it in order ("end") or by a reset ("reset").
class Connection {
  stalledSince = undefined; // When data was first sent that vanished.
  close = () => {};

  constructor(heard, keepAliveMs) {
    this.heard = heard; // When the hub last heard of the client.
    this.keepAliveMs = keepAliveMs;
  }
}

class Hub {
  constructor(clock, fault, roundTripMs, connectTrips = CONNECT_ROUND_TRIPS) {
    this.clock = clock;
    this.fault = fault;
    this.roundTripMs = roundTripMs;
    this.connectTrips = connectTrips;
    this.connections = new Set();
    if (fault.closesConnections) this.closeAllAt(fault.start, 'end');
  }

  closeAllAt(instant, how) {
    this.closing = this.clock.after(instant - this.clock.now, () => {
      for (const connection of [...this.connections]) {
        this.connections.delete(connection);
        connection.close(how);
      }
    });
  }

  closesBy(how) {
    if (!this.closing) return;
    this.clock.cancel(this.closing);
    this.closeAllAt(this.fault.start, how);
  }

  // What becomes of an attempt to connect that begins now: {at, refused} or {at, code}, the code of
  // a CONNACK, or undefined if nothing ever comes back.
  attempt() {
    const now = this.clock.now;
    const whole = this.connectTrips * this.roundTripMs;
    if (!this.fault.active(now)) return { at: now + whole, code: 0 };
    switch (this.fault.kind) {
      case 'refuse':
        return { at: now + this.roundTripMs, refused: true };
      case 'connack-3':
        return { at: now + whole, code: 3 };
      case 'connack-5':
        return { at: now + whole, code: 5 };
      case 'throttle':
        return { at: now + whole, code: 0 };
      case 'frozen':
        return { at: Math.max(now, this.fault.end) + whole, code: 0 };
      default: {
        const repeat = SYN_REPEATS_S.find((after) => now + 1000 * after >= this.fault.end);
        return repeat === undefined ? undefined : { at: now + 1000 * repeat + whole, code: 0 };
      }
    }
  }

  throttles() {
    return this.fault.kind === 'throttle' && this.fault.active(this.clock.now);
  }

  accept(keepAliveMs) {
    const connection = new Connection(this.clock.now, keepAliveMs);
    this.connections.add(connection);
    return connection;
  }

  forget(connection) {
    this.connections.delete(connection);
  }

  // When the answer to what a client sends now arrives, and whether it is a reset instead, since
  // the hub gave the connection up after one and a half keep-alives.
  answer(connection) {
    const arrives = this.#arrival(connection);
    const patience = 1.5 * connection.keepAliveMs;
    const reset = arrives - connection.heard > patience && patience > 0;
    connection.heard = Math.max(connection.heard, arrives);
    return { at: arrives + this.roundTripMs, reset };
  }

  #arrival(connection) {
    const now = this.clock.now;
    const { kind, end } = this.fault;
    const active = this.fault.active(now);
    if (kind === 'frozen') return active ? end : now;
    if (kind !== 'silent') return now;
    if (active && connection.stalledSince === undefined) connection.stalledSince = now;
    if (connection.stalledSince === undefined) return now;
    return Math.max(now, this.#firstResendAfter(end, connection.stalledSince));
  }

  #firstResendAfter(end, sent) {
    let wait = LEAST_RESEND_MS + this.roundTripMs;
    let instant = sent < end ? sent + wait : sent;
    while (instant < end) {
      instant += wait;
      wait = Math.min(2 * wait, LONGEST_RESEND_MS);
    }
    return instant;
  }
}

module.exports = { Hub, Fault, KINDS };
