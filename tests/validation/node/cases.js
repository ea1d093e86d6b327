'use strict';
// Cases, by the names of their files, and how one is run, in a process of its own.

const path = require('path');
const { spawnSync } = require('child_process');

// Outages that are no multiples of 10 s, with many messages and with few.
const MATRIX = [47, 64, 83, 123].flatMap((outage) =>
  [5, 60].flatMap((every) => [0, 1, 2].map((listeners) => aCase(outage, every, listeners)))
);

// A hole so long that pings find each connection dead.
const BLACK_HOLE = aCase(400, 30, 2, { kind: 'silent' });

function aCase(outage, every, listeners, more = {}) {
  const name = `node-${more.kind ?? 'refuse'}-${outage}-every-${every}-listeners-${listeners}`;
  return { name, options: { outage, every, listeners, ...more } };
}

function run({ name, options }, folder, common) {
  const output = path.join(folder, `${name}.csv`);
  const all = { clients: 1500, ...options, ...common, output };
  const args = Object.entries(all).flatMap(([option, value]) => [`--${option}`, String(value)]);
  // Most of what a run allocates is soon forgotten: larger young spaces are collected less often.
  const young = ['--min-semi-space-size=128', '--max-semi-space-size=128'];
  const program = [...young, path.join(__dirname, 'virtual.js')];
  const child = spawnSync(process.execPath, [...program, ...args], { encoding: 'utf8' });
  if (child.status !== 0) throw new Error(`${name}: ${child.stderr}`);
  return { output, took: child.stderr.trim(), summary: JSON.parse(child.stdout) };
}

module.exports = { MATRIX, BLACK_HOLE, aCase, run };
