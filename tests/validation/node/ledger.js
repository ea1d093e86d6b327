'use strict';
// What is noted of each client, in seconds from the start of the fault. The columns are those of
// the measured data, and `attempt_s`, when the attempt that succeeded began.

class Ledger {
  constructor(clock, fault, clients, awaitsSends) {
    this.clock = clock;
    this.fault = fault;
    this.awaitsSends = awaitsSends;
    this.rows = Array.from({ length: clients }, () => ({
      detected: undefined,
      began: undefined,
      attempt: undefined,
      connected: undefined,
      accepted: undefined,
      attempts: [],
      settled: false,
    }));
    this.unsettled = clients;
    this.settledAt = Infinity; // When the last client was done with.
    this.connectedBefore = 0;
    this.answers = 0; // Sends whose end the applications were told.
    this.keptFor = []; // From the return to the acceptance of what was sent before, in seconds.
    this.failed = 0; // Sends that the software gave up.
    this.published = 0; // Messages that reached the hub, repetitions included.
  }

  attempt(client) {
    const row = this.rows[client];
    row.began = this.#sinceFault();
    if (this.fault.active(this.clock.now)) row.attempts.push(row.began);
  }

  lost(client) {
    const row = this.rows[client];
    if (this.clock.now >= this.fault.start) row.detected ??= this.#sinceFault();
  }

  connected(client) {
    const row = this.rows[client];
    if (this.clock.now < this.fault.start) ++this.connectedBefore;
    if (this.clock.now < this.fault.end) return;
    row.attempt ??= row.began;
    row.connected ??= this.#sinceFault();
    this.#settle(row);
  }

  // Begins a send, and returns what its end is told to.
  answered(client) {
    const row = this.rows[client];
    const began = this.#sinceFault();
    return (error) => {
      ++this.answers;
      if (error) ++this.failed;
      else if (this.clock.now >= this.fault.end) this.#accepted(row, began);
    };
  }

  #accepted(row, began) {
    row.accepted ??= this.#sinceFault();
    if (began < row.connected) this.keptFor.push(this.#sinceFault() - row.connected);
    this.#settle(row);
  }

  // A client is done with when it is back, if it was away, and a send of it was accepted.
  #settle(row) {
    const back = row.connected !== undefined || row.detected === undefined;
    const heard = row.accepted !== undefined || !this.awaitsSends;
    if (row.settled || !back || !heard) return;
    row.settled = true;
    if (--this.unsettled === 0) this.settledAt = this.clock.now;
  }

  #sinceFault() {
    return (this.clock.now - this.fault.start) / 1000;
  }

  csv(withInstants) {
    const seconds = (value) => (value === undefined ? '' : value.toFixed(3));
    const instants = (row) => (withInstants ? [row.attempts.map(seconds).join(' ')] : []);
    const lines = this.rows.map((row, client) =>
      [
        client,
        seconds(row.detected),
        seconds(row.attempt),
        seconds(row.connected),
        seconds(row.accepted),
        row.attempts.length,
        ...instants(row),
      ].join(',')
    );
    const columns = ['client', 'detected_s', 'attempt_s', 'connected_s', 'first_send_accepted_s'];
    columns.push('attempts_while_down', ...(withInstants ? ['attempts_s'] : []));
    return [columns.join(','), ...lines, ''].join('\n');
  }
}

module.exports = { Ledger };
