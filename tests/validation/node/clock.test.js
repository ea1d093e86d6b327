'use strict';
// The harness's own parts: the virtual clock, the generator, the hub's closed forms, the figures.

const assert = require('assert/strict');
const test = require('node:test');
const path = require('path');
const { spawnSync } = require('child_process');
const { VirtualClock } = require('./virtual_clock');
const { seededRandom } = require('./seeded_random');
const { Hub, Fault } = require('./hub');
const { describe, distance, quantile } = require('./figures');

// Runs a program in a process of its own whose time is virtual, and returns what it printed.
function inVirtualTime(program) {
  const clock = JSON.stringify(path.join(__dirname, 'virtual_clock.js'));
  const random = JSON.stringify(path.join(__dirname, 'seeded_random.js'));
  const lines = [
    `const { VirtualClock, install } = require(${clock});`,
    `const { seededRandom } = require(${random});`,
    'const clock = new VirtualClock(); install(clock, seededRandom(1));',
    'const said = []; const say = (...what) => said.push([clock.now, ...what].join(" "));',
    program,
    'clock.run().then(() => console.log(said.join("; ")));',
  ];
  const child = spawnSync(process.execPath, ['-e', lines.join('\n')], { encoding: 'utf8' });
  assert.equal(child.stderr, '');
  return child.stdout.trim();
}

test('timers fire by their time, and those of one time by their age', async () => {
  const clock = new VirtualClock();
  const fired = [];
  [5, 1, 5, 3, 1].forEach((delay, age) => {
    clock.after(delay, () => fired.push([clock.now, age]));
  });
  await clock.run();
  const expected = [
    [1, 1],
    [1, 4],
    [3, 3],
    [5, 0],
    [5, 2],
  ];
  assert.deepEqual(fired, expected);
});

test('a heap of many timers, half of them taken out again, keeps the order', async () => {
  const clock = new VirtualClock();
  const random = seededRandom(7);
  const fired = [];
  const timers = Array.from({ length: 2000 }, () => {
    const delay = Math.floor(500 * random());
    return clock.after(delay, () => fired.push(delay));
  });
  timers.forEach((timer, place) => place % 2 && clock.cancel(timer));
  await clock.run();
  assert.equal(fired.length, 1000);
  assert.deepEqual(
    fired,
    [...fired].sort((a, b) => a - b)
  );
});

test('a run ends when it is told to', async () => {
  const clock = new VirtualClock();
  let ticks = 0;
  const tick = () => {
    ++ticks;
    clock.after(10, tick);
  };
  tick();
  await clock.run(() => clock.now >= 100);
  assert.equal(ticks, 11);
});

test('ticks and promises of an instant are done before the next one', () => {
  const program = `
    const { setTimeout: later } = globalThis;
    later(() => {
      process.nextTick(() => { say('tick'); Promise.resolve().then(() => say('promise')); });
      Promise.resolve().then(() => 0).then(() => 0).then(() => say('chain'));
      (async () => { for (let i = 0; i < 9; ++i) await null; say('awaited'); })();
    }, 1);
    later(() => say('same instant'), 1);
    later(() => say('next instant'), 2);`;
  const said = inVirtualTime(program).split('; ');
  assert.equal(said.at(-2), '1 same instant');
  assert.equal(said.at(-1), '2 next instant');
  assert.equal(said.length, 6);
});

test('delays are those of Node.js: whole milliseconds, at least one', () => {
  const program = `
    const delays = [1.9, 0, -1, NaN, undefined, '7', 2 ** 31];
    for (const delay of delays) setTimeout(() => say(delay), delay);`;
  const expected = ['1 1.9', '1 0', '1 -1', '1 NaN', '1 ', '1 2147483648', '7 7'];
  assert.equal(inVirtualTime(program), expected.join('; '));
});

test('intervals, immediates, refresh and clearing', () => {
  const program = `
    let count = 0;
    const interval = setInterval(() => {
      say('interval');
      if (++count === 2) clearInterval(interval);
    }, 10);
    const gone = setTimeout(() => say('never'), 5);
    clearTimeout(gone);
    const pushed = setTimeout(() => say('pushed'), 12);
    setTimeout(() => pushed.refresh(), 11);
    setImmediate((what) => say(what), 'immediate');
    require('timers').setTimeout(() => say('module'), 21);`;
  const expected = '0 immediate; 10 interval; 20 interval; 21 module; 23 pushed';
  assert.equal(inVirtualTime(program), expected);
});

test('dates and clocks stand where the virtual clock does', () => {
  const program = `
    const before = process.hrtime();
    setTimeout(() => {
      const since = process.hrtime(before);
      say(new Date().toISOString(), Date.now() - clock.epoch, since.join('.'), performance.now());
      say(new Date(0).getTime(), new Date() instanceof Date, typeof Date());
    }, 1500);`;
  const expected = '1500 2026-01-01T00:00:01.500Z 1500 1.500000000 1500; 1500 0 true string';
  assert.equal(inVirtualTime(program), expected);
});

test('the generator is uniform, and a seed says all', () => {
  const random = seededRandom(42);
  const values = Array.from({ length: 100000 }, random);
  const again = seededRandom(42);
  assert.ok(values.every((value) => value === again()));
  assert.notEqual(seededRandom(43)(), values[0]);
  assert.ok(values.every((value) => value >= 0 && value < 1));
  const exact = values.map((_, place) => place / values.length);
  assert.ok(distance(values, exact) < 1.63 / Math.sqrt(values.length));
});

// A hub whose fault lasts from 100 s to 160 s, seen at an instant.
function hubAt(kind, instant) {
  const clock = new VirtualClock();
  clock.now = instant;
  return new Hub(clock, new Fault(kind, 100000, 160000), 1);
}

test('an attempt is answered by the kind of the fault', () => {
  assert.deepEqual(hubAt('refuse', 99999).attempt(), { at: 100003, code: 0 });
  assert.deepEqual(hubAt('refuse', 100000).attempt(), { at: 100001, refused: true });
  assert.deepEqual(hubAt('refuse', 160000).attempt(), { at: 160004, code: 0 });
  assert.deepEqual(hubAt('connack-5', 120000).attempt(), { at: 120004, code: 5 });
  assert.deepEqual(hubAt('frozen', 120000).attempt(), { at: 160004, code: 0 });
});

test('in a black hole the first SYN after its end gets through', () => {
  assert.deepEqual(hubAt('silent', 145000).attempt(), { at: 164356, code: 0 });
  assert.deepEqual(hubAt('silent', 159500).attempt(), { at: 160520, code: 0 });
  const long = new Hub(new VirtualClock(), new Fault('silent', 0, 69000), 1);
  assert.equal(long.attempt(), undefined);
});

test('data sent into a black hole follow with the resends, later data with them', () => {
  const hub = hubAt('silent', 110000);
  const connection = hub.accept(180000);
  // 0.201 s for the probe, once more, and then doubling: 110 s + 0.201 s x 2^8 is the first resend after 160 s.
  const expected = 110000 + 201 * 256;
  assert.deepEqual(hub.answer(connection), { at: expected + 1, reset: false });
  hub.clock.now = 161000;
  assert.equal(hub.answer(connection).at, expected + 1);
  hub.clock.now = 170000;
  assert.equal(hub.answer(connection).at, 170001);
});

test('a hub gives a connection up after one and a half keep-alives', () => {
  const hub = hubAt('silent', 90000);
  const connection = hub.accept(60000);
  hub.clock.now = 110000;
  assert.equal(hub.answer(connection).reset, false);
  const shorter = hub.accept(30000);
  shorter.heard = 90000;
  assert.equal(hub.answer(shorter).reset, true);
});

test('figures are those of the measured data', () => {
  const sorted = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
  assert.equal(quantile(sorted, 0.5), 6); // Index floor(4.5 + 0.5).
  assert.equal(quantile(sorted, 0.9), 9);
  assert.deepEqual(describe([]), { n: 0 });
  assert.equal(describe([3, 1, 2]).p50, 2);
  assert.equal(distance([1, 2, 3, 4], [1, 2, 3, 4]), 0);
  assert.equal(distance([1, 2, 3, 4], [3, 4, 5, 6]), 0.5);
  assert.equal(distance([1, 1, 1], [2]), 1);
});
