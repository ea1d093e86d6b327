'use strict';
// Whole runs: that a seed says all, that both transports agree, and what the SDK does that a
// simulator has to know. The last are facts about the pinned versions: if one fails after an
// update, the SDK has changed.

const assert = require('assert/strict');
const fs = require('fs');
const os = require('os');
const path = require('path');
const test = require('node:test');
const { spawnSync } = require('child_process');
const { compareFiles } = require('./compare');
const recordings = require('./recording');
const { seededRandom } = require('./seeded_random');

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'virtual-'));
test.after(() => fs.rmSync(folder, { recursive: true }));

// The rule as a simulator would have it: an attempt at once, and again after
// min(100 + (2^(x-1) - 1) U(0, 25), 10,000) ms, x counting the failures, until a failure comes 240 s after the beginning;
// a sequence for each message and each listener. The return is the first attempt that succeeds.
function byTheRule(clients, outage, every, listeners) {
  const random = seededRandom(11);
  const rows = Array.from({ length: clients }, () => {
    const begins = Array(listeners).fill(0);
    for (let send = every * random(); send < outage + every; send += every) begins.push(send);
    const row = { back: Infinity, attempts: 0 };
    for (const begin of begins) {
      let [instant, failures] = [begin, 0];
      while (instant < outage && instant < begin + 250) {
        const failed = instant + 0.001;
        const wait = Math.min(100 + (2 ** failures++ - 1) * 25 * random(), 10000);
        ++row.attempts;
        instant = failed < begin + 240 ? failed + Math.trunc(wait) / 1000 : Infinity;
      }
      row.back = Math.min(row.back, instant + 0.004);
    }
    return row;
  });
  const lines = rows.map(({ back, attempts }, client) => `${client},${back},${attempts}`);
  const output = path.join(folder, `${files++}.csv`);
  fs.writeFileSync(output, ['client,connected_s,attempts_while_down', ...lines, ''].join('\n'));
  return output;
}

let files = 0;

// Runs virtual.js with options, and returns what it printed and wrote.
function run(options, ...flags) {
  const output = path.join(folder, `${files++}.csv`);
  const all = Object.entries({ clients: 100, ...options, output });
  const args = all.flatMap(([name, value]) => [`--${name}`, String(value)]);
  const program = path.join(__dirname, 'virtual.js');
  const child = spawnSync(process.execPath, [program, ...args, ...flags], { encoding: 'utf8' });
  assert.equal(child.status, 0, child.stderr);
  const csv = fs.readFileSync(output, 'utf8');
  return { output, csv, printed: child.stdout, ...JSON.parse(child.stdout) };
}

function attemptsOf(csv) {
  const lines = csv.trim().split('\n').slice(1);
  return lines.map((line) => line.split(',')[6].split(' ').map(Number));
}

for (const transport of ['provider', 'stream']) {
  test(`two runs of a seed give the same bytes, by ${transport}`, () => {
    const options = { every: 20, listeners: 2, outage: 31, clients: 50, transport };
    const [first, second] = [run(options), run(options)];
    assert.equal(first.csv, second.csv);
    assert.equal(first.printed, second.printed);
    assert.notEqual(first.csv, run({ ...options, seed: 2 }).csv);
  });
}

test('the stand-in for the package mqtt does as the package', () => {
  const cases = [
    { outage: 31, every: 20, listeners: 1, clients: 150 },
    { outage: 31, every: 'none', listeners: 3, clients: 100 },
    { outage: 31, every: 20, listeners: 1, clients: 100, kind: 'connack-3' },
    { outage: 31, every: 20, listeners: 1, clients: 100, kind: 'connack-5' },
    { outage: 300, every: 60, clients: 50, kind: 'silent' },
    { outage: 300, every: 60, clients: 50, kind: 'frozen' },
  ];
  for (const options of cases) {
    const [provider, stream] = ['provider', 'stream'].map((transport) =>
      run({ ...options, transport })
    );
    const out = compareFiles(stream.output, provider.output, options.outage).filter(
      ({ fits }) => !fits
    );
    assert.deepEqual(out, [], JSON.stringify(options));
  }
});

test('the rule that a simulator goes by gives what the SDK does', () => {
  for (const [outage, every, listeners] of [
    [64, 60, 1],
    [47, 20, 0],
    [300, 60, 2],
  ]) {
    const { output } = run({ outage, every, listeners, clients: 300 });
    const ruled = byTheRule(3000, outage, every, listeners);
    const out = compareFiles(ruled, output, outage).filter(({ fits }) => !fits);
    assert.deepEqual(out, [], `${outage}/${every}, ${listeners}`);
  }
});

test('credentials make no difference', () => {
  const options = { outage: 31, every: 20 };
  assert.equal(run({ ...options, credentials: 'sas' }).csv, run(options).csv);
});

test('a device that neither sends nor listens never returns', () => {
  const { connected_s: connected, attempts_while_down: attempts } = run({ every: 'none' });
  assert.deepEqual([connected.n, attempts], [0, 0]);
});

test('each listener is a sequence of attempts of its own, which begins at the loss', () => {
  const options = { every: 'none', outage: 0.09 };
  for (const listeners of [1, 2, 3]) {
    const { csv } = run({ ...options, listeners }, '--attempt-times');
    for (const attempts of attemptsOf(csv)) {
      assert.equal(attempts.length, listeners);
      assert.ok(attempts.every((instant) => instant < 0.01));
    }
  }
});

test('a reset starts no sequence, whatever listens', () => {
  for (const transport of ['provider', 'stream']) {
    const options = { every: 'none', listeners: 3, close: 'reset', transport };
    assert.equal(run(options).connected_s.n, 0);
  }
});

test('a sequence has one attempt more after its 4 minutes, and none after that', () => {
  const { csv } = run({ every: 'none', listeners: 1, outage: 300 }, '--attempt-times');
  for (const attempts of attemptsOf(csv)) {
    assert.ok(attempts.at(-1) >= 240 && attempts.at(-1) < 250.1);
    assert.ok(attempts.at(-2) < 240);
  }
});

test('"not authorized" ends a send at once, but not what listens', () => {
  const kind = 'connack-5';
  const sends = run({ every: 20, outage: 60, kind });
  assert.equal(sends.failed_sends, 300);
  assert.equal(sends.attempts_while_down, 3);
  const listens = run({ every: 'none', listeners: 1, outage: 60, kind });
  assert.ok(Math.abs(listens.attempts_while_down - 15.5) < 0.5);
  assert.equal(listens.connected_s.n, 100);
});

test('a first connect that fails is not repeated; each send tries once and is lost', () => {
  const options = { begin: 'during', spread: 1, outage: 61, every: 20 };
  const { failed_sends: failed, connected_s: connected, csv } = run(options, '--attempt-times');
  assert.equal(failed, attemptsOf(csv).flat().length - 100);
  assert.ok(failed >= 300 && failed < 320);
  assert.ok(connected.min > 61 && connected.max < 61 + 20.1);
});

test('what is not acknowledged is sent again while the connection lasts', () => {
  const { reached_hub: reached, answered_sends: sent } = run({
    kind: 'silent',
    outage: 60,
    every: 5,
  });
  assert.ok(reached > 1.8 * sent);
});

test('in a black hole connects follow each other, and what waits outlives its 4 minutes', () => {
  const options = { outage: 900, every: 20, clients: 10, spread: 10, transport: 'stream' };
  const silent = run({ ...options, kind: 'silent' }, '--attempt-times');
  for (const attempts of attemptsOf(silent.csv)) {
    const waits = attempts.slice(1).map((instant, place) => instant - attempts[place]);
    assert.ok(waits.every((wait) => Math.abs(wait - 60) < 0.001));
  }
  const refused = run(options);
  assert.ok(silent.failed_sends < 0.6 * refused.failed_sends);
});

// The case with the fewest attempts.
const [RECORDED] = recordings.chosen(['node-refuse-47-every-60-listeners-0']);

function emptyFolder() {
  return fs.mkdtempSync(path.join(folder, 'recorded-'));
}

test('one value of a recording that is not what the SDK does now is found and named', () => {
  const recorded = recordings.readRecording(RECORDED);
  const part = recordings.partOfTests(RECORDED);
  const line = part * (RECORDED.clients / recordings.ALL_PARTS.length) + 7;
  const [began, back, attempts] = recorded.lines[line].split(',');
  const lines = [...recorded.lines];
  lines[line] = [began, back, Number(attempts) + 1].join(',');
  const kept = emptyFolder();
  recordings.writeRecording(RECORDED, { ...recorded, lines }, kept);
  const changed = recordings.readRecording(RECORDED, kept);
  const [sentence, ...more] = recordings.changesOf(RECORDED, changed, part, emptyFolder());
  assert.deepEqual(more, []);
  assert.ok(sentence.startsWith(`${RECORDED.name}: 1 of 200 clients of part ${part} differ`), sentence);
  assert.ok(sentence.includes(`client 7, recorded ${lines[line]} and now ${recorded.lines[line]}`), sentence);
  assert.ok(sentence.endsWith(`node record.js ${RECORDED.name} makes the recording anew`), sentence);
});

test('a recording that is missing or damaged is one clear error', () => {
  const kept = emptyFolder();
  const read = () => recordings.readRecording(RECORDED, kept);
  const says = (what) => {
    const message = new RegExp(`^${RECORDED.name}: its recording ${what}; node record.js .* makes it anew$`);
    assert.throws(read, { name: 'Error', message });
  };
  says('is missing');
  const recorded = recordings.readRecording(RECORDED);
  const write = (lines) => recordings.writeRecording(RECORDED, { ...recorded, lines }, kept);
  write(recorded.lines.slice(1));
  says('has 1999 clients and not 2000');
  write(['47.1,47.2,odd', ...recorded.lines.slice(1)]);
  says("says of client 0 '47.1,47.2,odd'");
  write(recorded.lines);
  read();
  const [file] = fs.readdirSync(kept).map((name) => path.join(kept, name));
  fs.truncateSync(file, fs.statSync(file).size / 2);
  says('is damaged \\(.*\\)');
});

test('a plain message says what is wrong with an option', () => {
  const program = path.join(__dirname, 'virtual.js');
  const child = spawnSync(process.execPath, [program, '--kind', 'odd'], { encoding: 'utf8' });
  assert.equal(child.status, 2);
  assert.match(child.stderr, /^--kind is one of .*, not 'odd'\n$/);
});
