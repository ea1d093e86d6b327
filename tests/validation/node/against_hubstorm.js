#!/usr/bin/env node
'use strict';
// Holds the SDK against the simulator: the same outage for clients of both.
//
//   node against_hubstorm.js HUBSTORM [CASE...] [--all-parts] [--keep DIR]
//
// HUBSTORM is the program, a CASE a name of the matrix or that of the black hole; all of them run
// unless some are given. Of the SDK a recording stands for all clients, and one part of it is run anew,
// which has to be the same to the last digit; with --all-parts each part is. For each case the distance
// of Kolmogorov and Smirnov has to stay below 0.05, without any shift, and the means of the attempts
// while the hub was away within 3 %. The row of the case has to stand in docs/validation.md; with
// HUBSTORM_WRITE_GOLDEN set it is put there, one case after another, so not from two processes at a
// time. It exits with 1 if anything is out, and --keep keeps the files of both sides.

const fs = require('fs');
const os = require('os');
const path = require('path');
const { parseArgs } = require('util');
const { Complaint, plainly } = require('./complaint');
const { distance, mean } = require('./figures');
const recordings = require('./recording');
const { episodesOf } = require('./simulator');

const LARGEST_DISTANCE = 0.05;
const ATTEMPTS_SHARE = 0.03;

const DEVICES = 20000;

const USAGE = 'node against_hubstorm.js HUBSTORM [CASE...] [--all-parts] [--keep DIR]';
const PAGE = path.join(__dirname, '../../../docs/validation.md');

// What each client of the SDK did, by the recording.
function clientsOf(recording) {
  const column = recordings.columnsOf(recording);
  return {
    count: recording.lines.length,
    began: column('attempt_s'),
    back: column('connected_s'),
    attempts: column('attempts_while_down'),
  };
}

// The same of each simulated device. A certificate would add 20 ms to a connection; the renewal of a
// token would find a black hole.
function devicesOf({ name, options }, hubstorm, folder) {
  const { outage, every, listeners, kind = 'refuse' } = options;
  const client = `{base: sdk-node, retry: {listeners: ${listeners}}}`;
  const credentials = kind === 'refuse' ? 'sas' : 'x509';
  const settings = { client, credentials, devices: DEVICES, outage, every, kind };
  const episodes = episodesOf(name, settings, hubstorm, folder);
  const column = (what) => episodes.map((each) => each[what]).filter((value) => value !== undefined);
  return { count: DEVICES, began: column('began'), back: column('back'), attempts: column('attempts') };
}

// Each condition that does not hold, as a sentence.
function failures(name, real, simulated, figures) {
  const found = [];
  for (const [side, { back, count }] of Object.entries({ SDK: real, simulator: simulated })) {
    if (back.length !== count) found.push(`${back.length} of ${count} came back (${side})`);
  }
  for (const [what, apart] of Object.entries(figures.distances)) {
    if (apart < LARGEST_DISTANCE) continue;
    found.push(`the distance of ${what} is ${apart.toFixed(3)}, not below ${LARGEST_DISTANCE}`);
  }
  const [expected, given] = figures.attempts;
  if (Math.abs(given - expected) > ATTEMPTS_SHARE * expected) {
    found.push(`the simulator has ${given.toFixed(2)} attempts a client, the SDK ${expected.toFixed(2)}`);
  }
  return found.map((sentence) => `${name}: ${sentence}`);
}

function rowOf(name, { count }, { distances, attempts }) {
  const cells = [name, count, ...Object.values(distances).map((apart) => apart.toFixed(3))];
  cells.push(attempts.map((value) => value.toFixed(2)).join(' / '));
  return `| ${cells.join(' | ')} |`;
}

// Whether the row stands on the page, or why not.
function checkPage(name, row) {
  const lines = fs.readFileSync(PAGE, 'utf8').split('\n');
  const place = lines.findIndex((line) => line.startsWith(`| ${name} |`));
  if (place < 0) return [`${name}: docs/validation.md has no row of it`];
  if (lines[place] === row) return [];
  if (!process.env.HUBSTORM_WRITE_GOLDEN) {
    return [`${name}: docs/validation.md has ${lines[place]}`, `${name}: it is ${row}`];
  }
  lines[place] = row;
  fs.writeFileSync(PAGE, lines.join('\n'));
  return [];
}

// All that is wrong with a case.
function check(each, parts, hubstorm, folder) {
  try {
    const recording = recordings.readRecording(each);
    const changes = parts.flatMap((part) => recordings.changesOf(each, recording, part, folder));
    return [...changes, ...checkRecording(each, recording, hubstorm, folder)];
  } catch (error) {
    if (!(error instanceof Complaint)) throw error;
    return [error.message]; // No recording that can be used.
  }
}

function checkRecording(each, recording, hubstorm, folder) {
  const real = clientsOf(recording);
  const simulated = devicesOf(each, hubstorm, folder);
  const figures = {
    distances: {
      attempts: distance(real.began, simulated.began),
      returns: distance(real.back, simulated.back),
    },
    attempts: [mean(real.attempts), mean(simulated.attempts)],
  };
  const row = rowOf(each.name, real, figures);
  process.stdout.write(`${row}\n`);
  return [...failures(each.name, real, simulated, figures), ...checkPage(each.name, row)];
}

function main() {
  const { values, positionals } = parseArgs({
    options: { keep: { type: 'string' }, 'all-parts': { type: 'boolean' } },
    allowPositionals: true,
  });
  const [hubstorm, ...names] = positionals;
  if (!hubstorm) throw new Complaint(USAGE);
  const cases = recordings.chosen(names);
  const folder = values.keep ?? fs.mkdtempSync(path.join(os.tmpdir(), 'virtual-'));
  fs.mkdirSync(folder, { recursive: true });
  const found = cases.flatMap((each) => {
    const parts = values['all-parts'] ? recordings.ALL_PARTS : [recordings.partOfTests(each)];
    return check(each, parts, hubstorm, folder);
  });
  if (!values.keep) fs.rmSync(folder, { recursive: true });
  process.stderr.write(found.map((sentence) => `${sentence}\n`).join(''));
  return found.length > 0 ? 1 : 0;
}

plainly(main);
