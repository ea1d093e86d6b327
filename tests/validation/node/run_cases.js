#!/usr/bin/env node
'use strict';
// Runs sets of cases, one process a case and one at a time:
//
//   node run_cases.js targets                    against figures that were found before
//   node run_cases.js measured --data DIR        against clients measured at a real broker
//   node run_cases.js matrix                     24 cases for a simulator to be compared with
//   node run_cases.js others                     one outage by each software there is
//
// --output DIR keeps the files of the clients; --clients, --transport and --seed are as of
// virtual.js. Each case has a seed of its own, counted from --seed. It exits with 1 if a figure is
// out of its tolerance.

const fs = require('fs');
const os = require('os');
const path = require('path');
const { parseArgs } = require('util');
const { MATRIX, aCase, run } = require('./cases');
const { compareFiles } = require('./compare');
const { SOFTWARE } = require('./outage');

// Found by an earlier harness of the same kind: connected_s and the mean of the attempts.
const TARGETS = [
  target(60, 30, 0, 2000, { p10: 60.23, p50: 61.82, p90: 65.74, p99: 68.31, attempts: 24.3 }),
  target(60, 30, 1, 1000, { p10: 60.17, p50: 61.47, p90: 64.54, p99: 67.36, attempts: 40.0 }),
  target(60, 'none', 1, 1000, { p10: 61.01, p50: 65.06, p90: 69.01, p99: 69.87, attempts: 15.5 }),
  target(60, 5, 0, 1000, { p10: 60.04, p50: 60.24, p90: 60.8, p99: 61.37, attempts: 146.2 }),
];

// The files of the measured data, with the seconds after which their broker listened again.
const MEASURED = [
  measured('node-kill-60-every-30-listeners-0', 60.17, 30, 0, 'refuse'),
  measured('node-kill-60-every-30-listeners-1', 60.02, 30, 1, 'refuse'),
  measured('node-kill-60-every-30-listeners-2', 60.02, 30, 2, 'refuse'),
  measured('node-kill-100-every-60-listeners-0', 100.01, 60, 0, 'refuse'),
  measured('node-kill-60-no-telemetry-listeners-1', 60.15, 'none', 1, 'refuse'),
  measured('node-kill-60-no-telemetry-listeners-0', 60.25, 'none', 0, 'refuse'),
  measured('node-black-hole-400-every-30', 400.04, 30, 0, 'silent'),
];

// One outage that is long enough to tell the policies apart; for what registers, a throttled one.
const OTHERS = SOFTWARE.map((software) => {
  const kind = software.includes('provisioning') ? 'throttle' : 'refuse';
  const options = { software, kind, outage: 123, every: 30, clients: 300 };
  return { name: `${software}-${kind}-123-every-30`, options };
});

function target(outage, every, listeners, clients, figures) {
  return { ...aCase(outage, every, listeners, { clients }), figures };
}

function measured(name, outage, every, listeners, kind) {
  return { name, options: { outage, every, listeners, kind, clients: 1500 } };
}

function againstTarget({ options, figures }, { summary }) {
  const { attempts, ...quantiles } = figures;
  const differences = Object.entries(quantiles).map(([name, expected]) => {
    const found = summary.connected_s[name];
    const slack = (name === 'p99' ? 1 : 0.5) + 0.01 * (expected - options.outage);
    return { name, reference: expected, other: found, fits: Math.abs(found - expected) <= slack };
  });
  const found = summary.attempts_while_down;
  const fits = Math.abs(found - attempts) <= 0.05 * attempts;
  return [...differences, { name: 'attempts', reference: attempts, other: found, fits }];
}

const SETS = {
  targets: () => [TARGETS, againstTarget],
  matrix: () => [MATRIX, () => []],
  others: () => [OTHERS, () => []],
  measured: ({ data }) => {
    if (!data) throw new Error('measured takes --data, the folder of the measured files');
    const reference = ({ name }) => path.join(data, `${name}.csv`);
    return [
      MEASURED,
      (each, { output }) => compareFiles(reference(each), output, each.options.outage),
    ];
  },
};

function figureText({ name, reference, other, fits }) {
  return `${name} ${reference.toFixed(2)} ${other.toFixed(2)}${fits ? '' : ' OUT'}`;
}

function summaryText({ connected_s: connected, first_send_accepted_s: accepted, ...summary }) {
  const { p10, p50, p90, p99 } = connected.n ? connected : accepted;
  const what = connected.n ? 'connected' : 'accepted';
  const quantiles = [p10, p50, p90, p99].join(' ');
  return `${what} p10 to p99 ${quantiles}, attempts ${summary.attempts_while_down}`;
}

function main() {
  const text = { type: 'string' };
  const options = { data: text, output: text, clients: text, transport: text, seed: text };
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  const { data, output, seed = '1', ...common } = values;
  const set = SETS[positionals[0]];
  if (!set) {
    process.stderr.write(`node run_cases.js ${Object.keys(SETS).join('|')} [options]\n`);
    return 2;
  }
  const [cases, check] = set({ data });
  const folder = output ?? fs.mkdtempSync(path.join(os.tmpdir(), 'virtual-'));
  fs.mkdirSync(folder, { recursive: true });
  let allFit = true;
  for (const [place, each] of cases.entries()) {
    const result = run(each, folder, { ...common, seed: Number(seed) + place });
    const figures = check(each, result);
    allFit &&= figures.every(({ fits }) => fits);
    const found = figures.length ? figures.map(figureText).join(', ') : summaryText(result.summary);
    process.stdout.write(`${each.name}: ${found} (${result.took})\n`);
  }
  if (!output) fs.rmSync(folder, { recursive: true });
  return allFit ? 0 : 1;
}

process.exitCode = main();
