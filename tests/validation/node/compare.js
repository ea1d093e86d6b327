#!/usr/bin/env node
'use strict';
// Compares two files of lines of clients, say of the real software and of a simulator, by the
// quantiles of one column and the attempts while down.
//
//   node compare.js REFERENCE.csv OTHER.csv --outage SECONDS [--column connected_s]
//
// The tolerances are those of layer 2: a quantile may differ by 0.5 s and 1 % of its distance from
// the end of the outage (the 99th percentile by 1 s and 1 %), the mean of the attempts by 5 %, and
// the distance of Kolmogorov and Smirnov has to stay below its noise and 0.05, after a shift of at
// most 0.5 s. To the first two comes what the smaller of the two leaves open: two standard errors
// either way. It exits with 1 if anything is out of them.

const fs = require('fs');
const { parseArgs } = require('util');
const { distance, distanceNoise, mean, quantile } = require('./figures');

// The quantiles that are compared, with the seconds that they may be apart.
const QUANTILES = { p10: [0.1, 0.5], p50: [0.5, 0.5], p90: [0.9, 0.5], p99: [0.99, 1] };
const SLACK_SHARE = 0.01;
const ATTEMPTS_SHARE = 0.05;
const DISTANCE_SLACK = 0.05;
const LARGEST_SHIFT_S = 0.5;
const STANDARD_ERRORS = 2;

// The cells of a column of some text, as they stand there.
function cellsOf(text, origin) {
  const [header, ...lines] = text.trim().split('\n');
  const columns = header.split(',');
  const rows = lines.map((line) => line.split(','));
  return (name) => {
    const place = columns.indexOf(name);
    if (place < 0) throw new Error(`${origin} has no column ${name}`);
    return rows.map((row) => row[place]);
  };
}

function numbersOf(text, origin) {
  const cells = cellsOf(text, origin);
  return (name) =>
    cells(name)
      .filter((value) => value !== '')
      .map(Number);
}

function readLines(path) {
  return numbersOf(fs.readFileSync(path, 'utf8'), path);
}

// The distance of two sorted samples, which may be shifted until their medians meet: a broker takes
// some time until it listens.
function withoutShift(reference, other) {
  const shift = quantile(reference, 0.5) - quantile(other, 0.5);
  const bounded = Math.max(-LARGEST_SHIFT_S, Math.min(LARGEST_SHIFT_S, shift));
  const candidates = [0, bounded].map((by) =>
    distance(
      reference,
      other.map((v) => v + by)
    )
  );
  return Math.min(...candidates);
}

// The quantile, and between which values of the sample that of `size` of its kind is to be sought.
function quantileWithNoise(sorted, p, size) {
  const open = STANDARD_ERRORS * Math.sqrt((p * (1 - p)) / size);
  const of = (at) => quantile(sorted, Math.max(0, Math.min(1, at)));
  return { value: of(p), low: of(p - open), high: of(p + open) };
}

function meanWithNoise(values, size) {
  const value = mean(values);
  const variance = mean(values.map((each) => (each - value) ** 2));
  const open = STANDARD_ERRORS * Math.sqrt(variance / size);
  return { value, low: value - open, high: value + open };
}

function figure(name, { value, low, high }, slack, other) {
  const [least, most] = [low - slack, high + slack];
  return { name, reference: value, other, least, most, fits: other >= least && other <= most };
}

// Each figure as {name, reference, other, least, most, fits}.
function compareColumns(reference, other, outage) {
  if (reference.length === 0 || other.length === 0) {
    const only = reference.length;
    return [figure('n', { value: only, low: only, high: only }, 0, other.length)];
  }
  const [left, right] = [reference, other].map((values) => Float64Array.from(values).sort());
  const size = Math.min(left.length, right.length);
  const figures = Object.entries(QUANTILES).map(([name, [p, slack]]) => {
    const expected = quantileWithNoise(left, p, size);
    const tolerance = slack + SLACK_SHARE * Math.max(0, expected.value - outage);
    return figure(name, expected, tolerance, quantile(right, p));
  });
  const limit = distanceNoise(left.length, right.length) + DISTANCE_SLACK;
  const apart = withoutShift(left, right);
  return [...figures, figure('KS', { value: 0, low: 0, high: 0 }, limit, apart)];
}

function compareAttempts(reference, other) {
  const expected = meanWithNoise(reference, Math.min(reference.length, other.length));
  return figure('attempts', expected, ATTEMPTS_SHARE * expected.value, mean(other));
}

function compareFiles(reference, other, outage, column = 'connected_s') {
  const [left, right] = [readLines(reference), readLines(other)];
  const figures = compareColumns(left(column), right(column), outage);
  const attempts = 'attempts_while_down';
  if (left(attempts).length > 0) figures.push(compareAttempts(left(attempts), right(attempts)));
  return figures;
}

function table(figures) {
  const line = ({ name, reference, other, least, most, fits }) =>
    [
      name.padEnd(9),
      ...[reference, other, least, most].map((value) => value.toFixed(3).padStart(10)),
      fits ? '' : '  out',
    ].join('');
  const heads = ['reference', 'other', 'least', 'most'].map((head) => head.padStart(10));
  return [`${' '.repeat(9)}${heads.join('')}`, ...figures.map(line), ''].join('\n');
}

function main() {
  const options = { outage: { type: 'string' }, column: { type: 'string' } };
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  if (positionals.length !== 2 || !(Number(values.outage) >= 0)) {
    process.stderr.write('node compare.js REFERENCE.csv OTHER.csv --outage SECONDS [--column C]\n');
    return 2;
  }
  const figures = compareFiles(...positionals, Number(values.outage), values.column);
  process.stdout.write(table(figures));
  return figures.every(({ fits }) => fits) ? 0 : 1;
}

if (require.main === module) process.exitCode = main();

module.exports = { cellsOf, compareColumns, compareFiles, numbersOf, readLines, table };
