'use strict';
// The kernel's schedules of a cut beside the simulator's: when a SYN is repeated, and data.

const fs = require('fs');
const path = require('path');

const MODELS = path.join(__dirname, '../../../models');
const TICK_S = 0.004;
const LONGEST_S = 120;
const LEAST_TICKS = 51; // 200 ms and a round trip of less than a tick
const SLACK_S = 0.1;

// A number of the simulator's source, where it stands once.
function numberIn(file, name) {
  const source = fs.readFileSync(path.join(MODELS, file), 'utf8');
  const [, number] = source.match(RegExp(`${name} =\\s+(\\d+);`)) ?? [];
  if (!number) throw new Error(`${file} has no ${name}`);
  return Number(number);
}

// The waits between SYNs of the simulator: seconds while the time-out is linear, which doubles then.
function synWaits() {
  const even = 1 + numberIn('device/behaviour.hpp', 'tcp_syn_linear_timeouts');
  const doubled = numberIn('network/tcp.cpp', 'syn_retries') - 1;
  return Array.from({ length: even + doubled }, (_, n) => (n < even ? 1 : 2 ** (n - even + 1)));
}

// By how much the kernel's timer wheel may lengthen a wait.
function granularity(wait) {
  const ticks = Math.ceil(wait / TICK_S);
  let step = 1;
  while (ticks >= 63 * step) step *= 8;
  return step * TICK_S;
}

// The first time-out is that of the tail loss probe, after which it begins once more.
function resendWaits(end) {
  const waits = [LEAST_TICKS * TICK_S];
  for (let wait = waits[0], sum = wait; sum < end; wait = Math.min(LONGEST_S, 2 * wait)) {
    waits.push(wait);
    sum += wait;
  }
  return waits;
}

// The instants to which waits lead, each as late as it is on average.
function instantsAfter(waits) {
  const instants = [0];
  for (const wait of waits) instants.push(instants.at(-1) + wait + granularity(wait) / 2);
  return instants;
}

// The instants on which one port sent something, counted from the first.
function instantsOf(wire, port, whats, from, to) {
  const own = wire.filter(({ who, at }) => who === port && at >= from && at < to);
  const instants = own.filter(({ what }) => whats.includes(what)).map(({ at }) => at);
  return instants.map((at) => at - instants[0]);
}

// Each wait begins where the one before was measured to end, so that errors do not add up, and may be
// longer by what the timer wheel does.
function rowsOf(name, ours, waits, measured, end) {
  const rows = ours.map((at, n) => {
    const [before, wait] = n === 0 ? [0, 0] : [measured[n - 1], waits[n - 1]];
    const least = before + wait - TICK_S;
    const most = before + wait + granularity(wait) + SLACK_S;
    const fits = measured[n] >= least && measured[n] <= most;
    return { name: `${name} ${n}`, measured: measured[n], ours: at, least, most, fits };
  });
  return rows.filter(({ ours: at, most }) => Math.max(at, most) < end);
}

// Both schedules as rows of {name, measured, ours, least, most, fits}, in seconds.
function schedules({ events, wire, fault }) {
  const port = (what) => events.find((event) => event.what === what)?.value;
  const seen = (what, ...kinds) => instantsOf(wire, port(what), kinds, fault.start - 1, fault.end);
  const lasted = fault.end - fault.start;
  const rows = (name, waits, measured) =>
    rowsOf(name, instantsAfter(waits), waits, measured, lasted);
  return [
    ...rows('SYN', synWaits(), seen('syn-port', 'syn', 'again')),
    ...rows('data', resendWaits(lasted), seen('data-port', 'send', 'repeat')),
  ];
}

function scheduleText(rows) {
  const cells = (row) => ['measured', 'ours', 'least', 'most'].map((name) => row[name]);
  const pad = (value) => (value === undefined ? '-' : value.toFixed(3)).padStart(10);
  const heads = ['measured', 'ours', 'least', 'most'].map((head) => head.padStart(10)).join('');
  const lines = rows.map(
    (row) => `${row.name.padEnd(9)}${cells(row).map(pad).join('')}${row.fits ? '' : '  out'}`
  );
  return [`${' '.repeat(9)}${heads}`, ...lines, ''].join('\n');
}

module.exports = { scheduleText, schedules };
