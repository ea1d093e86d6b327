'use strict';
// What was noted of a case, and what each client did by it.

const fs = require('fs');
const path = require('path');
const { Ledger } = require('../node/ledger');
const { parseLine } = require('./line');

const NUMBER = /(\d+)$/;

function readEvents(file) {
  if (!fs.existsSync(file)) return [];
  const lines = fs.readFileSync(file, 'utf8').split('\n');
  return lines.map(parseLine).filter((event) => event !== undefined);
}

// A broker's log: {at, text} of the broker to which things happen.
function readBroker(file) {
  const lines = fs.readFileSync(file, 'utf8').split('\n');
  const parsed = lines.map((line) => line.match(/^(\S+) broker (.*)$/)).filter((found) => found);
  return parsed.map(([, at, text]) => ({ at: Number(at), text }));
}

function readRecord(folder) {
  const file = (name) => path.join(folder, name);
  const record = JSON.parse(fs.readFileSync(file('run.json'), 'utf8'));
  const byTime = (left, right) => left.at - right.at;
  return {
    ...record,
    events: readEvents(file('events.txt')).sort(byTime),
    wire: readEvents(file('wire.txt')).sort(byTime),
    broker: readBroker(file('broker.txt')),
  };
}

const isDevice = (who) => who.startsWith('device-');

// Which clients had a connection at an instant, and since when.
function connectedAt(events, instant) {
  const since = new Map();
  for (const { at, who, what } of events) {
    if (at >= instant || !isDevice(who)) continue;
    if (what === 'connected') since.set(who, at);
    if (what === 'lost') since.delete(who);
  }
  return since;
}

// The same ledger as in virtual time, told what was noted.
function ledgerOf(settings, { start, end }, events) {
  const clock = { now: 0 };
  const fault = {
    start: 1000 * start,
    end: 1000 * end,
    active: (instant) => instant >= 1000 * start && instant < 1000 * end,
  };
  const ledger = new Ledger(clock, fault, settings.clients, settings.every !== undefined);
  for (const { at, who, what } of events) {
    if (!isDevice(who)) continue;
    const client = Number(who.match(NUMBER)[1]);
    clock.now = 1000 * at;
    if (what === 'attempt' || what === 'connected' || what === 'lost') ledger[what](client);
    else if (what === 'accepted') ledger.answered(client)();
  }
  return ledger;
}

module.exports = { connectedAt, isDevice, ledgerOf, readRecord };
