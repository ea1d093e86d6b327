#!/usr/bin/env node
'use strict';
// Runs many clients of an unchanged device software through an outage, in virtual time.
// `node virtual.js --help` lists the options.

const fs = require('fs');
const { parseArgs } = require('util');
const { runOutage, SOFTWARE } = require('./outage');
const { KINDS } = require('./hub');

const OPTIONS = {
  software: ['azure-iot-device', `what runs: ${SOFTWARE.join(', ')}`],
  clients: ['1000', 'how many'],
  outage: ['60', 'how long the fault lasts, in seconds'],
  kind: ['refuse', `of the fault: ${KINDS.join(', ')}`],
  close: ['end', 'how the hub closes connections when the fault begins: end, reset'],
  every: ['30', 'seconds between the messages of a client, or none'],
  listeners: ['0', 'what listens: 1 cloud-to-device messages, 2 and methods, 3 and properties'],
  credentials: ['x509', 'x509, sas'],
  transport: ['provider', 'provider (stand-in for the package mqtt), stream (for the sockets)'],
  'round-trip': ['1', 'in milliseconds'],
  'connect-trips': ['4', 'round trips until a CONNACK: 4 with TLS 1.2, 3 with TLS 1.3'],
  begin: ['before', 'clients begin before the fault, or during it, as after a power cut'],
  spread: ['', 'seconds over which clients connect (15; 180 where pings tell)'],
  horizon: ['300', 'seconds after the fault at which the run ends at the latest'],
  seed: ['1', 'of all random numbers'],
  output: ['', 'file for the lines of the clients, as CSV'],
};
const FLAGS = { 'attempt-times': 'adds the instants of the attempts to the lines', help: 'this' };

class BadOption extends Error {}

function readArguments() {
  const options = {};
  for (const [name, [value]] of Object.entries(OPTIONS)) {
    options[name] = { type: 'string', default: value };
  }
  for (const name of Object.keys(FLAGS)) options[name] = { type: 'boolean', default: false };
  try {
    return parseArgs({ options, allowPositionals: false }).values;
  } catch (error) {
    throw new BadOption(error.message);
  }
}

function help() {
  const lines = Object.entries(OPTIONS).map(
    ([name, [value, text]]) => `  --${`${name} ${value && `[${value}]`}`.padEnd(32)}${text}`
  );
  for (const [name, text] of Object.entries(FLAGS)) lines.push(`  --${name.padEnd(32)}${text}`);
  return ['node virtual.js [options]', '', ...lines, ''].join('\n');
}

function number(values, name, least) {
  const value = Number(values[name]);
  if (values[name] !== '' && value >= least) return value;
  throw new BadOption(`--${name} takes a number of at least ${least}, not '${values[name]}'`);
}

function oneOf(values, name, allowed) {
  if (allowed.includes(values[name])) return values[name];
  throw new BadOption(`--${name} is one of ${allowed.join(', ')}, not '${values[name]}'`);
}

function settingsOf(values) {
  const kind = oneOf(values, 'kind', KINDS);
  const tellsByPings = kind === 'silent' || kind === 'frozen';
  return {
    software: oneOf(values, 'software', SOFTWARE),
    clients: number(values, 'clients', 1),
    outage: number(values, 'outage', 0),
    kind,
    close: oneOf(values, 'close', ['end', 'reset']),
    every: values.every === 'none' ? undefined : number(values, 'every', 0.001),
    listeners: number(values, 'listeners', 0),
    credentials: oneOf(values, 'credentials', ['x509', 'sas']),
    transport: oneOf(values, 'transport', ['provider', 'stream']),
    roundTripMs: number(values, 'round-trip', 0),
    connectTrips: number(values, 'connect-trips', 1),
    begin: oneOf(values, 'begin', ['before', 'during']),
    spread: values.spread === '' ? (tellsByPings ? 180 : 15) : number(values, 'spread', 0),
    horizon: number(values, 'horizon', 0),
    seed: number(values, 'seed', 0),
  };
}

async function main() {
  const values = readArguments();
  if (values.help) {
    process.stdout.write(help());
    return;
  }
  const settings = settingsOf(values);
  const { ledger, summary, seconds } = await runOutage(settings);
  if (values.output) fs.writeFileSync(values.output, ledger.csv(values['attempt-times']));
  process.stdout.write(`${JSON.stringify(summary, null, 2)}\n`);
  const processor = process.cpuUsage();
  const used = (processor.user + processor.system) / 1e6;
  process.stderr.write(`${seconds.toFixed(1)} s, ${used.toFixed(1)} s of processor\n`);
}

main().then(
  () => process.exit(0), // Whatever the packages still wait for.
  (error) => {
    process.stderr.write(`${error instanceof BadOption ? error.message : error.stack}\n`);
    process.exit(error instanceof BadOption ? 2 : 1);
  }
);
