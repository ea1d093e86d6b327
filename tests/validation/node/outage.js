'use strict';
// One run: clients connect, send, meet a fault, and come back. A process runs one only, since the
// packages keep the clock that they found when they were loaded.

const fs = require('fs');
const path = require('path');
const { VirtualClock, install, realHrtime } = require('./virtual_clock');
const { seededRandom } = require('./seeded_random');
const { Hub, Fault } = require('./hub');
const { Ledger } = require('./ledger');
const { describe, mean } = require('./figures');

// Each file of the folder is a driver.
const SOFTWARE = fs
  .readdirSync(path.join(__dirname, 'software'))
  .map((file) => path.parse(file).name);

// How long a run goes on when all clients are back, so that what they kept gets away too.
const DRAINING_S = 10;

// Between the last connect and the first message, and in a fleet without messages the fault.
const SETTLING_S = 5;

async function runOutage(settings) {
  const began = realHrtime.bigint();
  Error.stackTraceLimit = 0; // The packages make errors by the thousand, and no one reads where.
  const clock = new VirtualClock();
  const random = seededRandom(settings.seed);
  install(clock, random);

  const every = settings.every ?? 0;
  const start = Math.round(1000 * (settings.spread + SETTLING_S + every));
  const end = start + Math.round(1000 * settings.outage);
  const fault = new Fault(settings.kind, start, end);
  const hub = new Hub(clock, fault, settings.roundTripMs, settings.connectTrips);
  hub.closesBy(settings.close);
  const ledger = new Ledger(clock, fault, settings.clients, every > 0);

  const software = loadSoftware(settings, hub, ledger);
  const during = settings.begin === 'during' || software.registers;
  for (let client = 0; client < settings.clients; ++client) {
    const begins = (during ? start : 0) + 1000 * settings.spread * random();
    const sends = (during ? begins : start - 1000 * every) + 1000 * every * random();
    clock.after(begins, () => {
      const send = software.start(`device-${client}`, ledger.answered(client));
      if (every > 0 && send) sendForEver(clock, () => send(ledger.answered(client)), sends, every);
    });
  }

  if (!during) clock.after(start - 1, () => checkAllConnected(ledger));
  const last = end + 1000 * settings.horizon;
  await clock.run(() => clock.now >= Math.min(last, ledger.settledAt + 1000 * DRAINING_S));
  const seconds = Number(realHrtime.bigint() - began) / 1e9;
  return { ledger, summary: summarize(settings, software, ledger), seconds };
}

function loadSoftware(settings, hub, ledger) {
  try {
    return loadDriver(settings, hub, ledger);
  } catch (error) {
    if (error.code !== 'MODULE_NOT_FOUND') throw error;
    throw new Error(`a package is missing; ./install, and npm ci in others/: ${error.message}`);
  }
}

function loadDriver(settings, hub, ledger) {
  const software = require(`./software/${settings.software}`);
  const numberOf = (id) => Number(id.match(/\d+/)[0]);
  const network = { hub, ledger, numberOf, answer: software.answer };
  if (settings.transport === 'provider' && software.usesProvider) {
    const { fakeProvider } = require('./fake_provider');
    return { ...software, ...software.load(settings, fakeProvider(network)) };
  }
  const { installFakeSockets } = require('./fake_sockets');
  installFakeSockets({ ...network, packets: require('mqtt-packet') });
  return { ...software, ...software.load(settings, undefined) };
}

function sendForEver(clock, send, first, every) {
  setTimeout(() => {
    send();
    setInterval(send, 1000 * every);
  }, first - clock.now);
}

function checkAllConnected(ledger) {
  const clients = ledger.rows.length;
  if (ledger.connectedBefore >= clients) return;
  throw new Error(`only ${ledger.connectedBefore} of ${clients} were connected before the fault`);
}

function summarize(settings, software, ledger) {
  const column = (name) =>
    ledger.rows.map((row) => row[name]).filter((value) => value !== undefined);
  const rounded = (figures) =>
    Object.fromEntries(Object.entries(figures).map(([name, value]) => [name, round(value)]));
  return {
    settings: { ...settings, every: settings.every ?? 'none' },
    versions: software.versions,
    detected_s: rounded(describe(column('detected'))),
    connected_s: rounded(describe(column('connected'))),
    first_send_accepted_s: rounded(describe(column('accepted'))),
    kept_accepted_after_return_s: rounded(describe(ledger.keptFor)),
    attempts_while_down: round(mean(ledger.rows.map((row) => row.attempts.length))),
    answered_sends: ledger.answers,
    failed_sends: ledger.failed,
    reached_hub: ledger.published,
  };
}

function round(value) {
  return Math.round(1000 * value) / 1000;
}

module.exports = { runOutage, SOFTWARE };
