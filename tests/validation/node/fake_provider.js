'use strict';
// A stand-in for the package mqtt, as far as MqttBase of the Azure SDK uses it: one attempt to
// connect an object, no reconnection. Its answers are those of a Hub. What mqtt 4.3.8 does in
// lib/client.js is copied where the SDK could notice; the tests hold it against the real package.

const { EventEmitter } = require('events');

class FakeMqttClient extends EventEmitter {
  #hub;
  #ledger;
  #client;
  #options;
  #answer;
  #connection;
  #waiting = new Map(); // What was sent and not answered, by number: its callback, and its kind.
  #sent = 0;
  #connected = false;
  #closed = false;
  #disconnecting = false;
  #pinged = false;
  #connackTimer;
  #pingTimer;

  constructor({ hub, ledger, answer }, client, options) {
    super();
    this.on('error', () => {}); // As the package does for clients made by its connect().
    this.#hub = hub;
    this.#ledger = ledger;
    this.#client = client;
    this.#options = options;
    this.#answer = answer;
    this.#attempt();
  }

  #attempt() {
    this.#ledger.attempt(this.#client);
    this.#connackTimer = setTimeout(() => this.#destroy(), this.#options.connectTimeout);
    const outcome = this.#hub.attempt();
    if (!outcome) return;
    this.#at(outcome.at, () => {
      if (this.#closed) return;
      if (outcome.refused) this.#refused();
      else this.#connack(outcome.code);
    });
  }

  #at(instant, callback) {
    this.#hub.clock.after(instant - this.#hub.clock.now, callback);
  }

  // The package reports an error of a TLS socket twice.
  #refused() {
    const error = new Error('connect ECONNREFUSED');
    error.code = 'ECONNREFUSED';
    this.emit('error', error);
    this.emit('error', error);
    this.#destroy();
  }

  #connack(code) {
    clearTimeout(this.#connackTimer);
    if (code !== 0) {
      const text = { 3: 'Server unavailable', 5: 'Not authorized' }[code];
      const error = new Error(`Connection refused: ${text}`);
      error.code = code;
      this.emit('error', error);
      return;
    }
    const keepAlive = 1000 * this.#options.keepalive;
    this.#connected = true;
    this.#connection = this.#hub.accept(keepAlive);
    this.#connection.close = (how) => this.#closedByHub(how);
    this.#pingTimer = setInterval(() => this.#ping(), keepAlive);
    this.#ledger.connected(this.#client);
    this.emit('connect', { cmd: 'connack', returnCode: 0, sessionPresent: true });
  }

  #ping() {
    if (this.#pinged) {
      this.#destroy();
      return;
    }
    this.#pinged = true;
    this.#ask('ping', () => (this.#pinged = false));
  }

  // Sends something that is to be answered.
  #ask(kind, callback) {
    const number = this.#sent++;
    this.#waiting.set(number, { kind, callback });
    const { at, reset } = this.#hub.answer(this.#connection);
    this.#at(at, () => {
      const waiting = this.#waiting.get(number);
      if (!waiting || this.#closed) return;
      if (reset) {
        this.#closedByHub('reset');
        return;
      }
      this.#waiting.delete(number);
      waiting.callback();
      if (this.#disconnecting && this.#nothingWaits()) this.#endInOrder();
    });
  }

  #closedByHub(how) {
    if (this.#closed) return;
    if (how === 'reset') {
      const error = new Error('read ECONNRESET');
      error.code = 'ECONNRESET';
      this.emit('error', error);
    }
    this.#destroy();
  }

  // Closes the connection, which the client learns a tick later.
  #destroy() {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#connackTimer);
    clearInterval(this.#pingTimer);
    if (this.#connection) this.#hub.forget(this.#connection);
    process.nextTick(() => {
      for (const [number, { kind, callback }] of this.#waiting) {
        if (kind !== 'subscribe') continue;
        this.#waiting.delete(number);
        callback(new Error('Connection closed'));
      }
      this.#ledger.lost(this.#client);
      const wasConnected = this.#connected;
      this.#connected = false;
      this.emit('close');
      if (wasConnected) this.emit('destroyed');
    });
  }

  #nothingWaits() {
    return [...this.#waiting.values()].every(({ kind }) => kind === 'ping');
  }

  #isDisconnecting(callback) {
    if (this.#disconnecting) callback(new Error('client disconnecting'));
    return this.#disconnecting;
  }

  publish(topic, payload, options, callback) {
    if (this.#isDisconnecting(callback) || this.#closed) return this;
    if (options.qos === 0) {
      callback();
      this.#ask('request', () => {
        const answered = this.#answer(topic);
        if (answered) this.emit('message', answered.topic, Buffer.from(answered.payload));
      });
      return this;
    }
    this.#ask('publish', () => {
      ++this.#ledger.published;
      callback(null, { cmd: 'puback' });
    });
    return this;
  }

  subscribe(topic, { qos }, callback) {
    if (this.#isDisconnecting(callback) || this.#closed) return this;
    this.#ask('subscribe', (error) => callback(error, error ? undefined : [{ topic, qos }]));
    return this;
  }

  unsubscribe(topic, callback) {
    if (this.#isDisconnecting(callback) || this.#closed) return this;
    this.#ask('subscribe', (error) => callback(error));
    return this;
  }

  end(force, callback) {
    if (this.#disconnecting) {
      callback();
      return this;
    }
    this.#disconnecting = true;
    const done = () => process.nextTick(callback);
    if (!this.#connected) {
      this.#destroy();
      done();
      return this;
    }
    this.once('destroyed', done);
    if (force) this.#destroy();
    else if (this.#nothingWaits()) this.#endInOrder();
    return this;
  }

  // Sends DISCONNECT, and closes when the hub has closed its side.
  #endInOrder() {
    clearInterval(this.#pingTimer);
    this.#ask('disconnect', () => this.#destroy());
  }
}

// What MqttBase takes as its provider. `network` is as for the fake sockets.
function fakeProvider(network) {
  const connect = (uri, options) =>
    new FakeMqttClient(network, network.numberOf(options.clientId), options);
  return { connect };
}

module.exports = { fakeProvider };
