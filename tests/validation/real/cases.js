'use strict';
// The cases that are known, by the names of their files, and what a case is made of.

// The start of a name, for each client that comes with this folder.
const PREFIX = { 'azure-iot-device': 'node', 'mqtt-4': 'mqtt-4', paho: 'paho', tcp: 'tcp' };

// How the simulator calls a mode, and how the measured data do.
const MODES = {
  kill: { fault: 'refuse', word: 'kill' },
  freeze: { fault: 'frozen', word: 'frozen' },
  cut: { fault: 'silent', word: 'black-hole' },
};

const MOST_LISTENERS = { 'azure-iot-device': 3, 'mqtt-4': 3 };

// What a client is in a scenario. The package mqtt tries again 1 s after each loss and failure; paho
// 1.6 after 1, 2, 4 ... 120 s. Their clients are met by no fault but a refusal here, so that what else
// the base says is not used.
function simulatedClient({ client, listeners }) {
  const after = (retry) => `{base: sdk-c, retry: {${retry}, from_attempt: false}}`;
  if (client === 'azure-iot-device') return `{base: sdk-node, retry: {listeners: ${listeners}}}`;
  if (client === 'mqtt-4') return after('kind: fixed, first: 1s, min: 1s');
  if (client === 'paho')
    return after('kind: exponential, first: 1s, min: 2s, max: 120s, jitter: none');
  return undefined;
}

// Fills in what follows from the rest. Where pings tell, connects are spread over their 180 s.
function complete(given) {
  const { client, mode, down, every } = given;
  const pingsTell = mode !== 'kill' && down > 180;
  const listeners = given.listeners ?? 0;
  const kernelAlone = { clients: 0, spread: 0, wait: 5 };
  return {
    clients: 40,
    spread: pingsTell ? 180 : 15,
    wait: mode === 'kill' ? 60 : 180,
    ...(client === 'tcp' && kernelAlone),
    ...given,
    listeners,
    name: given.name ?? nameOf({ ...given, listeners }),
    simulated: given.simulated ?? simulatedClient({ client, listeners }),
    every: every === 'none' ? undefined : every,
  };
}

function nameOf({ client, mode, down, every, listeners }) {
  if (client === 'tcp') return `tcp-${down}`;
  const sends = every === 'none' ? 'no-telemetry' : `every-${every}`;
  const parts = [PREFIX[client] ?? 'other', MODES[mode].word, down, sends];
  if (MOST_LISTENERS[client]) parts.push('listeners', listeners);
  return parts.join('-');
}

const node = (mode, down, every, listeners, more) =>
  complete({ client: 'azure-iot-device', mode, down, every, listeners, ...more });

// The first ones are those of tests/validation/data, which they renew.
const CASES = [
  node('kill', 60, 30, 0),
  node('kill', 60, 30, 1),
  node('kill', 60, 30, 2),
  node('kill', 100, 60, 0),
  node('kill', 60, 'none', 1),
  node('kill', 60, 'none', 0),
  node('cut', 400, 30, 2, { name: 'node-black-hole-400-every-30' }),
  node('freeze', 400, 5, 2, { name: 'node-frozen-400-every-5' }),
  node('kill', 47, 5, 2),
  node('cut', 90, 30, 0),
  complete({ client: 'mqtt-4', mode: 'kill', down: 47, every: 30 }),
  complete({ client: 'paho', mode: 'kill', down: 83, every: 30, clients: 20 }),
  complete({ client: 'tcp', mode: 'cut', down: 130, every: 'none', name: 'tcp' }),
];

module.exports = { CASES, MODES, MOST_LISTENERS, PREFIX, complete };
