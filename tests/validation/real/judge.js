'use strict';
// What a run says: its controls, its clients as a file of the form of the measured data, and both
// beside the simulator and the data that were measured before.

const fs = require('fs');
const path = require('path');
const { compareColumns, compareFiles, readLines, table } = require('../node/compare');
const { describe, mean } = require('../node/figures');
const { episodesOf } = require('../node/simulator');
const { MODES } = require('./cases');
const { controlsOf } = require('./controls');
const { ledgerOf, readRecord } = require('./record');
const { scheduleText, schedules } = require('./tcp');

const DEVICES = 4000;

// By how much more a column may differ, in seconds. Detection is on the steps of several timers.
// Connections that go on do so when the kernel repeats data: all clients share the ticks of its timer
// wheel, which turns in steps of 2.048 s at a wait of 16 to 131 s, so that it is half of that to either
// side.
const WIDER_S = { connected_s: 0, detected_s: 2, first_send_accepted_s: 1.024 };
const NO_TELEMETRY_S = 366 * 86400;

// Which instants of a client a case is about. A fault that hardly any client noticed is about
// connections that go on. Returns from a frozen broker are those of two faults where its listen queue
// was full: the kernel drops the SYNs beyond, which are then repeated.
function columnsOf({ case: { mode }, fault, wire }, rows) {
  if (mode === 'kill') return ['connected_s'];
  const noticed = rows.filter((row) => row.detected !== undefined).length;
  if (2 * noticed < rows.length) return ['first_send_accepted_s'];
  if (mode === 'cut') return ['connected_s'];
  const wasFull = wire.some(
    ({ at, what }) => what === 'again' && at >= fault.start && at < fault.end
  );
  return wasFull ? ['detected_s'] : ['detected_s', 'connected_s'];
}

function widened(figure, by) {
  const [least, most] = [figure.least - by, figure.most + by];
  return { ...figure, least, most, fits: figure.other >= least && figure.other <= most };
}

// Where clients return in steps, a shift of 0.1 s makes another distribution: the distance of both is
// that of the Azure SDK, and not of returns from a broker that goes on.
function compare({ client, mode }, reference, other, outage, column) {
  const values = (file) => readLines(file)(column);
  const figures =
    column === 'connected_s'
      ? compareFiles(reference, other, outage, column)
      : compareColumns(values(reference), values(other), outage);
  const inSteps = client !== 'azure-iot-device' || (mode === 'freeze' && column === 'connected_s');
  return figures
    .filter(({ name }) => name !== 'KS' || !inSteps)
    .map((figure) => (figure.name === 'KS' ? figure : widened(figure, WIDER_S[column])));
}

// The simulator's devices in the columns of the clients.
function simulate({ case: settings, fault }, hubstorm, folder) {
  const { every = NO_TELEMETRY_S, mode, name, simulated: client } = settings;
  const outage = Number((fault.end - fault.start).toFixed(3));
  const credentials = mode === 'kill' ? 'sas' : 'x509';
  const kind = MODES[mode].fault;
  const scenario = { client, credentials, devices: DEVICES, outage, every, kind };
  const cell = (value) => (value === undefined ? '' : value.toFixed(3));
  const lines = episodesOf(`${name}.simulated`, scenario, hubstorm, folder).map(
    ({ noticed, began, back, attempts }, n) =>
      [n, cell(noticed), cell(began), cell(back), cell(back), attempts].join(',')
  );
  const columns =
    'client,detected_s,attempt_s,connected_s,first_send_accepted_s,attempts_while_down';
  const file = path.join(folder, `${name}.simulated.csv`);
  fs.writeFileSync(file, [columns, ...lines, ''].join('\n'));
  return file;
}

function figuresText(rows) {
  const columns = {
    detected_s: 'detected',
    connected_s: 'connected',
    first_send_accepted_s: 'accepted',
  };
  const text = (what) => {
    const found = describe(rows.map((row) => row[what]).filter((value) => value !== undefined));
    const { n, ...figures } = found;
    const cells = Object.entries(figures).map(([name, value]) => `${name} ${value.toFixed(2)}`);
    return [`n ${n}`, ...cells].join(', ');
  };
  const lines = Object.entries(columns).map(([name, what]) => `  ${name}: ${text(what)}`);
  const attempts = mean(rows.map((row) => row.attempts.length));
  return [...lines, `  attempts_while_down: mean ${attempts.toFixed(2)}`].join('\n');
}

const controlText = ({ name, holds, says }) =>
  `  ${holds ? 'held  ' : 'FAILED'}  ${name.padEnd(15)}${says}`;

const allFit = (figures) => figures.every(({ fits }) => fits);

// Judges the notes of a folder: {name, verdict, text}, the verdict one of measured (there was nothing
// to compare with), agrees, differs, inconclusive. The lines of the clients are written beside them.
function judge(folder, { hubstorm, golden } = {}) {
  const record = readRecord(folder);
  const { case: settings, fault } = record;
  const controls = controlsOf(record);
  const failed = controls.filter(({ holds }) => !holds);
  const parts = [`${settings.name}`, ...controls.map(controlText)];
  let figures;
  if (settings.client === 'tcp') {
    figures = schedules(record);
    parts.push('beside the simulator, seconds:', scheduleText(figures));
  } else {
    const ledger = ledgerOf(settings, fault, record.events);
    const file = path.join(folder, `${settings.name}.csv`);
    fs.writeFileSync(file, ledger.csv(false));
    parts.push('measured:', figuresText(ledger.rows));
    const columns = columnsOf(record, ledger.rows);
    const beside = (what, reference, column) => {
      const found = compare(settings, reference, file, fault.end - fault.start, column);
      parts.push(`${column}, ${what}:`, table(found));
      return found;
    };
    if (hubstorm && settings.simulated) {
      const simulated = simulate(record, hubstorm, folder);
      const both = 'simulated (reference) and measured';
      figures = columns.flatMap((column) => beside(both, simulated, column));
    }
    const before = golden && path.join(golden, `${settings.name}.csv`);
    if (before && fs.existsSync(before)) {
      beside('measured before (reference) and now', before, columns[0]);
    }
  }
  const compared = figures === undefined ? 'measured' : allFit(figures) ? 'agrees' : 'differs';
  const verdict = failed.length > 0 ? 'inconclusive' : compared;
  const why = failed.map(({ name }) => name).join(', ');
  parts.push(`verdict: ${verdict}${why && ` (${why})`}`, '');
  return { name: settings.name, verdict, controls, record, text: parts.join('\n') };
}

module.exports = { judge };
