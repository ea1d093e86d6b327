'use strict';
// What the SDK did in each case, as it is kept in recorded/: a seed says all of it, so it has to be run
// only once, and any part of it can be run anew and has to come out the same.
//
// CASE.csv.gz has a head that says how it was made, and then a line a client, part after part: when the
// attempt began that succeeded, when the client was back, in seconds from the fault, and how many
// attempts began before the end of it.

const fs = require('fs');
const path = require('path');
const zlib = require('zlib');
const { MATRIX, BLACK_HOLE, run } = require('./cases');
const { cellsOf, numbersOf } = require('./compare');
const { Complaint } = require('./complaint');

// So many that chance alone keeps the distance to the simulator below its limit: what 5 of 100 pairs of
// samples of one distribution pass is 0.037 where there are many messages, and 0.032 where there are few.
const CLIENTS = { 5: 1500, 30: 1500, 60: 2000 };

// A part is a process with a seed of its own.
const PARTS = 10;

// The network is that of the simulator: its paths have a round trip of 4 ms themselves, to which the
// access network adds 1 ms, and a connection takes three of them (models/network/path.yaml).
const NETWORK = { 'round-trip': 5, 'connect-trips': 3 };

const COLUMNS = ['attempt_s', 'connected_s', 'attempts_while_down'];
const LINE = /^(\d+\.\d{3})?,(\d+\.\d{3})?,\d+$/; // What has not come back has no times.
const FOLDER = path.join(__dirname, 'recorded');

const CASES = [...MATRIX, BLACK_HOLE].map((each, place) => ({
  ...each,
  place,
  clients: CLIENTS[each.options.every],
}));

const ALL_PARTS = [...Array(PARTS).keys()];

// The cases of these names, or all if there is none.
function chosen(names) {
  const known = CASES.map(({ name }) => name);
  const odd = names.filter((name) => !known.includes(name));
  if (odd.length > 0) {
    throw new Complaint(`no such case: ${odd.join(', ')}; there are ${known.join(', ')}`);
  }
  return CASES.filter(({ name }) => names.length === 0 || names.includes(name));
}

// Seed 307 is that of part 7 of the third case.
function seedOf({ place }, part) {
  return 100 * (place + 1) + part;
}

// Which part the tests run anew: another one from case to case, so that each is tried somewhere.
function partOfTests({ place }) {
  return place % PARTS;
}

// Runs a part, and returns the head and the lines of its clients.
function runPart(each, part, scratch) {
  const { name, clients, options } = each;
  const settings = { clients: clients / PARTS, ...NETWORK, seed: seedOf(each, part) };
  const { output, summary } = run({ name: `${name}-part-${part}`, options }, scratch, settings);
  return { head: headOf(each, summary.versions), lines: linesOf(output) };
}

function headOf(each, versions) {
  const packages = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  const seeds = `${seedOf(each, 0)} to ${seedOf(each, PARTS - 1)}`;
  return `# ${PARTS} parts of ${each.clients / PARTS} clients, seeds ${seeds}: ${packages.join(', ')}`;
}

function linesOf(output) {
  const cells = cellsOf(fs.readFileSync(output, 'utf8'), output);
  const columns = COLUMNS.map((name) => cells(name));
  return columns[0].map((_, client) => columns.map((column) => column[client]).join(','));
}

function fileOf({ name }, folder) {
  return path.join(folder, `${name}.csv.gz`);
}

// Runs all parts, and keeps what they did.
function record(each, scratch, folder = FOLDER) {
  const parts = ALL_PARTS.map((part) => runPart(each, part, scratch));
  const lines = parts.flatMap((part) => part.lines);
  fs.mkdirSync(folder, { recursive: true });
  writeRecording(each, { head: parts[0].head, lines }, folder);
}

function writeRecording(each, { head, lines }, folder) {
  const text = [head, COLUMNS.join(','), ...lines, ''].join('\n');
  fs.writeFileSync(fileOf(each, folder), zlib.gzipSync(text, { level: 9 }));
}

// The head and the lines of a recording.
function readRecording(each, folder = FOLDER) {
  const text = unpacked(each, fileOf(each, folder));
  const [head, columns, ...lines] = text.trimEnd().split('\n');
  if (columns !== COLUMNS.join(',')) throw badRecording(each, 'does not have the columns it should');
  if (lines.length !== each.clients) {
    throw badRecording(each, `has ${lines.length} clients and not ${each.clients}`);
  }
  const odd = lines.findIndex((line) => !LINE.test(line));
  if (odd >= 0) throw badRecording(each, `says of client ${odd} '${lines[odd]}'`);
  return { head, lines };
}

function unpacked(each, file) {
  if (!fs.existsSync(file)) throw badRecording(each, 'is missing');
  try {
    return zlib.gunzipSync(fs.readFileSync(file)).toString();
  } catch (error) {
    throw badRecording(each, `is damaged (${error.message})`);
  }
}

function badRecording({ name }, what) {
  return new Complaint(`${name}: its recording ${what}; node record.js ${name} makes it anew`);
}

// The columns of a recording as numbers.
function columnsOf({ lines }) {
  return numbersOf([COLUMNS.join(','), ...lines].join('\n'), 'the recording');
}

// Runs a part anew, and says in a sentence how it differs from the recording, if it does.
function changesOf(each, recording, part, scratch) {
  const { head, lines } = runPart(each, part, scratch);
  const recorded = recording.lines.slice(part * lines.length, (part + 1) * lines.length);
  const differ = [...lines.keys()].filter((client) => lines[client] !== recorded[client]);
  const changes = [];
  if (head !== recording.head) changes.push(`recorded by '${recording.head}' and run by '${head}'`);
  if (differ.length > 0) {
    const [client] = differ;
    const what = `${differ.length} of ${lines.length} clients of part ${part} differ`;
    const how = `recorded ${recorded[client]} and now ${lines[client]} (${COLUMNS.join(', ')})`;
    changes.push(`${what}, the first of them client ${client}, ${how}`);
  }
  if (changes.length === 0) return [];
  const remedy = `the SDK or the harness has changed; node record.js ${each.name} makes the recording anew`;
  return [`${each.name}: ${changes.join('; ')}: ${remedy}`];
}

module.exports = {
  ALL_PARTS,
  changesOf,
  chosen,
  columnsOf,
  partOfTests,
  readRecording,
  record,
  writeRecording,
};
