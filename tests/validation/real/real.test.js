'use strict';
// What can be tested of real runs without one: the options, and the judgement of runs that were
// recorded (recorded/), of which one control after another is broken.
//
//   [HUBSTORM=PROGRAM] node --test real.test.js

const assert = require('assert/strict');
const fs = require('fs');
const os = require('os');
const path = require('path');
const test = require('node:test');
const { spawnSync } = require('child_process');
const { CASES } = require('./cases');
const { controlsOf } = require('./controls');
const { judge } = require('./judge');
const { lineOf, parseLine } = require('./line');
const { Impossible, checkMachine } = require('./machine');
const { BadOption, read } = require('./options');
const { readRecord } = require('./record');
const { schedules } = require('./tcp');

const RECORDED = path.join(__dirname, 'recorded');
const hubstorm = process.env.HUBSTORM;
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'real-'));
test.after(() => fs.rmSync(folder, { recursive: true }));

// A copy of a recorded run, since a judgement is written beside it.
function copyOf(name) {
  const copy = path.join(folder, name);
  fs.cpSync(path.join(RECORDED, name), copy, { recursive: true });
  return copy;
}

const failedOf = (record) => controlsOf(record).filter(({ holds }) => !holds);
const namesOf = (controls) => controls.map(({ name }) => name);

test('options make the case that they say', () => {
  const args = [
    '--mode',
    'cut',
    '--down',
    '83',
    '--every',
    '10',
    '--listeners',
    '2',
    '--clients',
    '7',
  ];
  const { action, cases } = read([...args, '--out', 'somewhere']);
  assert.equal(action, 'measure');
  const { name, client, mode, down, every, listeners, clients, spread } = cases[0];
  assert.equal(name, 'node-black-hole-83-every-10-listeners-2');
  assert.deepEqual(
    { client, mode, down, every, listeners, clients, spread },
    {
      client: 'azure-iot-device',
      mode: 'cut',
      down: 83,
      every: 10,
      listeners: 2,
      clients: 7,
      spread: 15,
    }
  );
  assert.equal(read([...args, '--down', '400']).cases[0].spread, 180);
});

test('a named case is as it is known, unless told otherwise', () => {
  assert.deepEqual(read(['all']).cases, CASES);
  const [few] = read(['node-kill-60-every-30-listeners-1', '--clients', '5']).cases;
  assert.equal(few.name, 'node-kill-60-every-30-listeners-1');
  assert.equal(few.clients, 5);
  assert.equal(read(['tcp', '--clients', '5']).cases[0].clients, 0);
  const [longer] = read(['node-kill-60-every-30-listeners-1', '--down', '64']).cases;
  assert.equal(longer.name, 'node-kill-64-every-30-listeners-1');
  const [silent] = read(['node-kill-60-no-telemetry-listeners-1']).cases;
  assert.equal(silent.every, undefined);
});

test('the names of the cases are those of the data that they renew', () => {
  const data = path.join(__dirname, '../data');
  const renewed = fs.readdirSync(data).filter((file) => file.startsWith('node-'));
  const names = CASES.map(({ name }) => `${name}.csv`);
  assert.deepEqual(
    renewed.filter((file) => !names.includes(file)),
    []
  );
});

test('an option that is wrong is told, and nothing begins', () => {
  const wrong = {
    'name cases, or give --mode and --down': [],
    '--mode is one of kill, freeze, cut': ['--mode', 'odd', '--down', '5'],
    '--down takes a number from 1': ['--mode', 'cut', '--down', '0'],
    '--clients takes a whole number': ['tcp', '--clients', '1.5'],
    '--listeners takes a whole number from 0 to 3': ['tcp', '--listeners', '4'],
    'client tcp takes --mode cut': ['tcp', '--mode', 'kill'],
    '--priority is realtime or a niceness': ['tcp', '--priority', 'high'],
    '--priority takes a whole number from -20 to 19': ['tcp', '--priority', '50'],
    '--listeners is for clients of Node.js': ['paho-kill-83-every-30', '--listeners', '1'],
    'no such case: odd': ['odd'],
    '--name is for one case': ['all', '--name', 'x'],
    '--name takes letters': ['tcp', '--name', '../x'],
    '--analyse takes folders': ['--analyse'],
    odd: ['--odd'],
  };
  for (const [message, args] of Object.entries(wrong)) {
    assert.throws(
      () => read(args),
      (error) => error instanceof BadOption && error.message.includes(message)
    );
  }
  const child = spawnSync(process.execPath, [path.join(__dirname, 'run'), '--odd'], {
    encoding: 'utf8',
  });
  assert.equal(child.status, 2);
  assert.match(child.stderr, /^run: .*--odd/);
  const empty = spawnSync(process.execPath, [path.join(__dirname, 'run'), '--analyse', folder], {
    encoding: 'utf8',
  });
  assert.equal(empty.status, 2);
  assert.match(empty.stderr, /has no notes of a run that was finished/);
});

test('without root it says so', () => {
  assert.throws(
    () => checkMachine(CASES, 'realtime', 1000),
    new Impossible('network namespaces need root; nothing was started')
  );
});

test('help and the list are printed', () => {
  const run = (...args) =>
    spawnSync(process.execPath, [path.join(__dirname, 'run'), ...args], { encoding: 'utf8' });
  assert.match(run('--help').stdout, /3 inconclusive/);
  assert.equal(run('--list').stdout, CASES.map(({ name }) => `${name}\n`).join(''));
});

test('lines are read as they are written, and others are none', () => {
  const event = { at: 1795983801.5, who: 'device-3', what: 'late', value: '0.25' };
  assert.deepEqual(parseLine(lineOf(...Object.values(event))), event);
  assert.equal(parseLine('1795983801.5 device-3 attempt').what, 'attempt');
  for (const line of [
    '',
    'attempt',
    '1795983801 device-3 odd',
    'Traceback (most recent call last):',
  ]) {
    assert.equal(parseLine(line), undefined);
  }
});

test('a recorded run gives the lines of its clients', () => {
  const { verdict, text } = judge(copyOf('kill'));
  assert.equal(verdict, 'measured');
  assert.match(text, /attempts_while_down: mean 23\.25/);
  const found = fs.readFileSync(path.join(folder, 'kill/kill.csv'), 'utf8');
  assert.equal(found, fs.readFileSync(path.join(RECORDED, 'kill/kill.csv'), 'utf8'));
});

test('the simulator agrees with the recorded run', { skip: !hubstorm && 'needs HUBSTORM' }, () => {
  const { verdict, text } = judge(copyOf('kill'), { hubstorm });
  assert.equal(verdict, 'agrees', text);
});

test('--analyse exits with 3 for a run that is inconclusive', () => {
  const args = [path.join(__dirname, 'run'), '--analyse', copyOf('cut')];
  if (hubstorm) args.push('--hubstorm', hubstorm);
  const child = spawnSync(process.execPath, args, { encoding: 'utf8' });
  assert.equal(child.status, 3, child.stdout);
  assert.match(child.stdout, /verdict: inconclusive \(processor\)/);
  assert.match(
    child.stdout,
    /FAILED {2}processor {6}beats late by at most 0.134 s, 1.87 % of the time/
  );
});

// What makes each control fail, of a run in which all hold.
const BREAKS = {
  connected: ({ events, fault }) => {
    const last = events.filter(({ at, what }) => what === 'connected' && at < fault.start).pop();
    last.at = fault.start - 1;
    events.sort((left, right) => left.at - right.at);
  },
  processes: ({ events, fault }) => {
    events.push({ at: fault.start, who: 'clients-0', what: 'ended', value: 'SIGKILL' });
  },
  'control client': ({ events, fault }) => {
    events.push({ at: fault.start + 1, who: 'control', what: 'lost' });
  },
  processor: ({ events, fault }) => {
    events.push({ at: fault.start + 1, who: 'runner', what: 'late', value: '0.6' });
  },
  clock: ({ events, fault }) => {
    events.push({ at: fault.start + 1, who: 'runner', what: 'clock', value: '-0.5' });
  },
  outage: ({ fault }) => {
    fault.startedAgain -= 0.4;
  },
  attempts: ({ events, fault }) => {
    for (let n = 0; n < 5; ++n)
      events.push({ at: fault.start + 1, who: 'device-1', what: 'attempt' });
  },
  connections: (record) => {
    record.broker = record.broker.filter(({ text }) => !/device-[01] /.test(text));
  },
  refusals: ({ wire, fault }) => {
    const inFault = ({ at }) => at >= fault.start && at < fault.end;
    const begun = wire.filter((event) => inFault(event) && event.what === 'syn');
    for (const event of begun) event.at -= 0.2;
    wire.sort((left, right) => left.at - right.at);
  },
  path: (record) => {
    record.wire = record.wire.filter(({ what }) => what !== 'answered');
  },
  notes: ({ wire }) => {
    wire.find(({ what }) => what === 'drops').value = '3';
  },
};

test('each control holds, and fails when it is broken', () => {
  const recorded = () => readRecord(path.join(RECORDED, 'kill'));
  assert.deepEqual(failedOf(recorded()), []);
  assert.deepEqual(namesOf(controlsOf(recorded())), Object.keys(BREAKS));
  for (const [name, breakIt] of Object.entries(BREAKS)) {
    const record = recorded();
    breakIt(record);
    assert.ok(namesOf(failedOf(record)).includes(name), name);
  }
});

test('many short delays of one process are as bad as a long one', () => {
  const record = readRecord(path.join(RECORDED, 'kill'));
  for (let n = 0; n < 5; ++n) {
    record.events.push({ at: record.fault.start + n, who: 'runner', what: 'late', value: '0.12' });
  }
  assert.deepEqual(namesOf(failedOf(record)), ['processor']);
});

test('a control client that no longer answers is no control', () => {
  const record = readRecord(path.join(RECORDED, 'kill'));
  record.events = record.events.filter(
    ({ at, what }) => what !== 'answer' || at < record.fault.start
  );
  assert.deepEqual(namesOf(failedOf(record)), ['control client']);
});

test('a cut in which a packet arrives is none', () => {
  const record = readRecord(path.join(RECORDED, 'cut'));
  const before = namesOf(failedOf(record));
  assert.ok(!before.includes('path'));
  record.wire.push({ at: record.fault.start + 3, who: '40000', what: 'in' });
  assert.deepEqual(namesOf(failedOf(record)), [...before, 'path']);
});

test('a case that hardly anybody noticed goes by the first message', () => {
  const { text } = judge(copyOf('cut'), hubstorm ? { hubstorm } : {});
  assert.match(text, /connected_s: n 0\n {2}first_send_accepted_s: n 3, min 7\.81/);
  if (hubstorm)
    assert.match(text, /^first_send_accepted_s, simulated \(reference\) and measured:$/m);
});

test('the instants at which the kernel repeats are those of the simulator, and a changed one is not', () => {
  const record = readRecord(path.join(RECORDED, 'tcp'));
  const rows = schedules(record);
  assert.deepEqual(
    rows.map(({ name }) => name),
    [...Array(9).keys()].map((n) => `SYN ${n}`).concat([...Array(9).keys()].map((n) => `data ${n}`))
  );
  assert.ok(rows.every(({ fits }) => fits));
  const port = record.events.find(({ what }) => what === 'syn-port').value;
  record.wire.filter(({ who, what }) => who === port && what === 'again')[5].at += 0.5;
  const out = schedules(record).filter(({ fits }) => !fits);
  assert.deepEqual(
    out.map(({ name }) => name),
    ['SYN 6', 'SYN 7']
  );
});
