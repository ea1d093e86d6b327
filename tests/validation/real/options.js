'use strict';
// The options of run.

const fs = require('fs');
const path = require('path');
const { parseArgs } = require('util');
const { CASES, MODES, MOST_LISTENERS, complete } = require('./cases');

const HUBSTORM = path.join(__dirname, '../../../build/release/hubstorm');
const GOLDEN = path.join(__dirname, '../data');

const HELP = `run CASE...|all [options]             cases by name; run --list has them
run --mode MODE --down S [options]    a case of your own
run --analyse DIR... [options]        judges what earlier runs noted; without root

Starts mosquitto and real clients in network namespaces, breaks something, mends it, and writes what each
client did, in the form of tests/validation/data, to OUT/CASE/CASE.csv. Needs root, mosquitto and minutes.

  --mode kill|freeze|cut   what breaks: the broker is killed and started again, stopped and continued, or
                           packets from and to the clients vanish
  --down S                 for how many seconds
  --every S|none           seconds between the messages of a client [30]
  --listeners N            what the program listens to: 1 cloud-to-device messages, 2 and methods,
                           3 and properties; of Node.js clients [0]
  --clients N              how many [40]
  --client C               azure-iot-device, mqtt-4, paho, tcp, or a command that is called with
                           HOST PORT DEVICE EVERY and prints lines (README.md) [azure-iot-device]
  --name NAME              of the files
  --spread S               seconds over which clients connect [15; 180 where pings tell]
  --wait S                 seconds after the return at which clients that are still away are given up
                           [60; 180 unless killed]
  --simulated CLIENT       what such a client is in a scenario, to compare with a command's clients

  --out DIR                where the folders of the cases go [validation-real]
  --at-once N              cases at a time [1]
  --priority realtime|N    all processes go before others (SCHED_RR), or their niceness [realtime]
  --hubstorm FILE          the simulator, to compare with [build/release/hubstorm, if there is one]
  --golden DIR             data that were measured before [tests/validation/data]

Options for a case change the named ones too. The exit code: 0 measured, and where compared in agreement
with the simulator; 1 a case differs from it; 2 an option is wrong; 3 inconclusive: a control of a case did
not hold, so that its figures say nothing; 4 it cannot run here, no root for instance. 1 comes before 3.
`;

class BadOption extends Error {}

const TEXT = ['mode', 'down', 'every', 'listeners', 'clients', 'client', 'name', 'spread', 'wait'];
const OF_CASE = [...TEXT, 'simulated'];
const OF_ALL = ['out', 'at-once', 'priority', 'hubstorm', 'golden'];
const FLAGS = ['help', 'list', 'analyse'];

function parse(args) {
  const options = {};
  for (const name of [...OF_CASE, ...OF_ALL]) options[name] = { type: 'string' };
  for (const name of FLAGS) options[name] = { type: 'boolean' };
  try {
    return parseArgs({ args, options, allowPositionals: true });
  } catch (error) {
    throw new BadOption(error.message);
  }
}

function number(values, name, least, most = Infinity, whole = false) {
  const value = Number(values[name]);
  const fits = values[name].trim() !== '' && value >= least && value <= most;
  if (fits && Number.isFinite(value) && (!whole || Number.isInteger(value))) return value;
  const upTo = most === Infinity ? `of at least ${least}` : `from ${least} to ${most}`;
  throw new BadOption(
    `--${name} takes a ${whole ? 'whole ' : ''}number ${upTo}, not '${values[name]}'`
  );
}

// The options for a case that were given, as numbers where they are.
function givenCase(values) {
  const given = {};
  for (const name of OF_CASE) {
    if (values[name] !== undefined) given[name] = values[name];
  }
  if (given.mode && !MODES[given.mode]) {
    throw new BadOption(`--mode is one of ${Object.keys(MODES).join(', ')}, not '${given.mode}'`);
  }
  if (given.name && !/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(given.name)) {
    throw new BadOption('--name takes letters, digits, dots and dashes');
  }
  if (given.down) given.down = number(values, 'down', 1, 3600);
  if (given.every && given.every !== 'none') given.every = number(values, 'every', 0.1, 3600);
  if (given.listeners) given.listeners = number(values, 'listeners', 0, 3, true);
  if (given.clients) given.clients = number(values, 'clients', 1, 200, true);
  if (given.spread) given.spread = number(values, 'spread', 0, 3600);
  if (given.wait) given.wait = number(values, 'wait', 1, 3600);
  return given;
}

function checkCase({ client, mode, listeners }) {
  if (client === 'tcp' && mode !== 'cut') throw new BadOption('client tcp takes --mode cut');
  if (listeners > (MOST_LISTENERS[client] ?? 0)) {
    throw new BadOption(`--listeners is for clients of Node.js, and ${client} is none`);
  }
}

// A named case, of which something may be different, and then it has another name.
function changed(known, given) {
  if (Object.keys(given).length === 0) return known;
  const { clients, spread, wait, ...more } = given;
  if (known.client === 'tcp' && Object.keys(more).length === 0) return known; // There are none.
  const few = {
    ...(clients && { clients }),
    ...(spread !== undefined && { spread }),
    ...(wait && { wait }),
  };
  if (Object.keys(more).length === 0) return { ...known, ...few };
  const { client, mode, down, every = 'none', listeners } = known;
  return complete({ client, mode, down, every, listeners, ...few, ...more });
}

function casesOf(names, given) {
  if (names.length === 0) {
    if (!given.mode || !given.down)
      throw new BadOption('name cases, or give --mode and --down; --help');
    return [complete({ client: 'azure-iot-device', every: 30, ...given })];
  }
  const known = CASES.map(({ name }) => name);
  const odd = names.filter((name) => name !== 'all' && !known.includes(name));
  if (odd.length > 0)
    throw new BadOption(`no such case: ${odd.join(', ')}; there are ${known.join(', ')}`);
  const wanted = CASES.filter(({ name }) => names.includes('all') || names.includes(name));
  if (given.name && wanted.length > 1) throw new BadOption('--name is for one case');
  return wanted.map((each) => changed(each, given));
}

function priorityOf(values) {
  if ((values.priority ?? 'realtime') === 'realtime') return 'realtime';
  if (Number.isNaN(Number(values.priority))) {
    throw new BadOption(`--priority is realtime or a niceness, not '${values.priority}'`);
  }
  return number(values, 'priority', -20, 19, true);
}

function read(args) {
  const { values, positionals } = parse(args);
  const hubstorm = values.hubstorm ?? (fs.existsSync(HUBSTORM) ? HUBSTORM : undefined);
  const common = { hubstorm, golden: values.golden ?? GOLDEN };
  if (values.help) return { action: 'help' };
  if (values.list) return { action: 'list' };
  if (values.analyse) {
    if (positionals.length === 0) throw new BadOption('--analyse takes folders of cases');
    return { action: 'analyse', folders: positionals, ...common };
  }
  const cases = casesOf(positionals, givenCase(values));
  cases.forEach(checkCase);
  return {
    action: 'measure',
    cases,
    ...common,
    out: path.resolve(values.out ?? 'validation-real'),
    atOnce: values['at-once'] === undefined ? 1 : number(values, 'at-once', 1, 20, true),
    priority: priorityOf(values),
  };
}

module.exports = { BadOption, HELP, read };
