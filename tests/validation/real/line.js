'use strict';
// What is noted while a case runs: lines of `SECONDS WHO WHAT [VALUE]`, the seconds as the system's
// clock has them since 1970. Programs of clients print the same lines.

const EVENTS = ['attempt', 'connected', 'lost', 'accepted', 'failed', 'late', 'versions'];
const OURS = ['answer', 'clock', 'ended', 'data-port', 'syn-port'];
const WIRE = ['syn', 'again', 'send', 'repeat', 'in', 'reset', 'probe', 'answered', 'drops'];
const KNOWN = new Set([...EVENTS, ...OURS, ...WIRE]);

const now = () => Date.now() / 1000;

const lineOf = (at, who, what, value) =>
  [at.toFixed(3), who, what, ...(value === undefined ? [] : [value])].join(' ');

// The line as {at, who, what, value}, or undefined if it is none.
function parseLine(line) {
  const [, at, who, what, value] = line.match(/^(\d+(?:\.\d+)?) (\S+) (\S+)(?: (.*))?$/) ?? [];
  return KNOWN.has(what) ? { at: Number(at), who, what, value } : undefined;
}

const print = (who, what, value) => process.stdout.write(`${lineOf(now(), who, what, value)}\n`);

const BEAT_MS = 20;
const WORTH_NOTING_S = 0.05;
const CLOCK_STEP_S = 0.02;
const ONE_LOOK_MS = 1;

const monotonicMs = () => Number(process.hrtime.bigint()) / 1e6;

// How far the system's clock is ahead of the one that only goes on, in ms; undefined if the process was
// interrupted between a look at the one and at the other.
function clockOffset() {
  const before = monotonicMs();
  const clock = Date.now();
  return monotonicMs() - before < ONE_LOOK_MS ? clock - before : undefined;
}

// Notes each beat that comes late, and each step of the clock, of the process that calls it.
function watchLateness(who, note = print) {
  let last = monotonicMs();
  let offset = clockOffset();
  setInterval(() => {
    const beat = monotonicMs();
    const late = (beat - last - BEAT_MS) / 1000;
    last = beat;
    if (late > WORTH_NOTING_S) note(who, 'late', late.toFixed(3));
    const found = clockOffset();
    const step = (found - (offset ?? found)) / 1000;
    if (Math.abs(step) > CLOCK_STEP_S) note(who, 'clock', step.toFixed(3));
    offset = found ?? offset;
  }, BEAT_MS);
}

module.exports = { lineOf, now, parseLine, print, watchLateness };
