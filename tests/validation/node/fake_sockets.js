'use strict';
// A stand-in for the sockets of Node.js, with a small MQTT broker at their other end, so that
// packages with an MQTT client of their own run unchanged: tls.connect and net.connect are
// replaced. The answers are those of a Hub.

const net = require('net');
const tls = require('tls');
const { Duplex } = require('stream');

class FakeSocket extends Duplex {
  authorized = true;
  encrypted = true;
  #network;
  #client;
  #parser;
  #code = 0;
  #established = false;
  #ended = false;
  #connectInstant;
  #connection;
  #version = 4;
  #unsent = [];

  constructor(network, options) {
    super({ allowHalfOpen: false });
    this.#network = network;
    this.#client = network.numberOf(options.clientId ?? options.host);
    this.#parser = network.packets.parser({ protocolVersion: options.protocolVersion ?? 4 });
    this.#parser.on('packet', (packet) => this.#handle(packet));
    if (!network.hub.throttles()) network.ledger.attempt(this.#client);
    this.#attempt();
  }

  #attempt() {
    const { hub } = this.#network;
    const outcome = hub.attempt();
    if (!outcome) return;
    this.#code = outcome.code;
    if (outcome.refused) {
      this.#at(outcome.at, () => this.destroy(failure('connect', 'ECONNREFUSED')));
      return;
    }
    this.#connectInstant = outcome.at;
    this.#at(outcome.at - hub.roundTripMs, () => this.#establish());
  }

  #at(instant, callback) {
    const { clock } = this.#network.hub;
    clock.after(instant - clock.now, () => {
      if (!this.destroyed) callback();
    });
  }

  #establish() {
    this.#established = true;
    this.emit('connect');
    this.emit('secureConnect');
    for (const chunk of this.#unsent) this.#send(chunk);
    this.#unsent = [];
  }

  _read() {}

  _write(chunk, encoding, callback) {
    if (this.#established) this.#send(chunk);
    else this.#unsent.push(chunk);
    callback();
  }

  // A chunk arrives and is answered at once; until a connection is accepted the instant of the
  // CONNACK is that of the attempt's outcome.
  #send(chunk) {
    const answer = this.#connection
      ? this.#network.hub.answer(this.#connection)
      : { at: this.#connectInstant, reset: false };
    this.#at(answer.at, () => {
      if (answer.reset) this.destroy(failure('read', 'ECONNRESET'));
      else this.#parser.parse(chunk);
    });
  }

  #handle(packet) {
    if (this.destroyed) return;
    switch (packet.cmd) {
      case 'connect':
        this.#connack(packet);
        break;
      case 'publish':
        this.#publish(packet);
        break;
      case 'subscribe': {
        const granted = packet.subscriptions.map(({ qos }) => qos);
        this.#reply({ cmd: 'suback', messageId: packet.messageId, granted });
        break;
      }
      case 'unsubscribe': {
        const granted = packet.unsubscriptions.map(() => 0);
        this.#reply({ cmd: 'unsuback', messageId: packet.messageId, granted });
        break;
      }
      case 'pingreq':
        this.#reply({ cmd: 'pingresp' });
        break;
      case 'disconnect':
        this.#endByHub();
        break;
    }
  }

  #connack(packet) {
    this.#version = packet.protocolVersion;
    const { hub, ledger } = this.#network;
    const code = this.#code;
    const reasonCode = { 3: 136, 5: 135 }[code] ?? 0;
    if (code === 0) {
      this.#connection = hub.accept(1000 * packet.keepalive);
      this.#connection.close = (how) => this.#closedByHub(how);
      ledger.connected(this.#client);
    }
    this.#reply({ cmd: 'connack', returnCode: code, reasonCode, sessionPresent: false });
    if (code !== 0) this.#endByHub();
  }

  #publish({ topic, qos, messageId }) {
    const { hub, ledger, answer } = this.#network;
    if (qos > 0) ++ledger.published;
    if (qos > 0) this.#reply({ cmd: 'puback', messageId });
    const throttled = hub.throttles();
    const answered = answer?.(topic, throttled);
    if (!answered) return;
    if (throttled) ledger.attempt(this.#client);
    this.#reply({ cmd: 'publish', qos: 0, ...answered });
  }

  #reply(packet) {
    if (this.#ended) return;
    this.push(this.#network.packets.generate(packet, { protocolVersion: this.#version }));
  }

  #endByHub() {
    if (this.#ended) return;
    this.#ended = true;
    this.push(null);
  }

  #closedByHub(how) {
    if (how === 'reset') this.destroy(failure('read', 'ECONNRESET'));
    else this.#endByHub();
  }

  _destroy(error, callback) {
    if (this.#connection) this.#network.hub.forget(this.#connection);
    this.#network.ledger.lost(this.#client);
    callback(error);
  }

  // What packages ask of sockets, which changes nothing here.
  setTimeout() {
    return this;
  }

  setNoDelay() {
    return this;
  }

  setKeepAlive() {
    return this;
  }

  ref() {
    return this;
  }

  unref() {
    return this;
  }
}

function failure(call, code) {
  const error = new Error(`${call} ${code}`);
  error.code = code;
  return error;
}

// Puts the fake in the place of all sockets that are opened from here on. `network` has the hub,
// the ledger, packets, which is the package mqtt-packet, numberOf, which gives the client's number
// for a client id, and answer, which gives the {topic, payload} that answers a message, if any.
function installFakeSockets(network) {
  const open = (options, onConnect) => {
    const socket = new FakeSocket(network, options);
    if (onConnect) socket.once('secureConnect', onConnect);
    return socket;
  };
  tls.connect = open;
  net.connect = open;
  net.createConnection = open;
}

module.exports = { installFakeSockets };
