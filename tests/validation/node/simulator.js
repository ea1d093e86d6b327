'use strict';
// The simulator's side of a comparison: an outage as a scenario, and what each simulated device did.

const fs = require('fs');
const path = require('path');
const { spawnSync } = require('child_process');

const FAULT_S = 600;

// One hub, and a fault of `outage` seconds in it. `client` is a client as scenarios have it, and
// `every` the seconds between the messages of a device.
function scenario({ client, credentials, devices, outage, every, kind }) {
  return `duration: 30m
limits: off
application: {era: legacy, region: westeurope, hubs: {count: 1, edition: S3, units: 1}}
fleet:
  - name: g
    devices: ${devices}
    access: {rtt: 1ms, loss: 0%}
    client: ${client}
    credentials: ${credentials}
    telemetry: {every: ${every}s, size: 512 B}
faults: [{name: f, hub: 1, at: ${FAULT_S}s, for: ${outage}s, mode: ${kind}}]
`;
}

// When a device lost its connection, noticed it, began the attempt that succeeded and was back, in
// seconds from the fault and undefined where it did not happen; and its attempts that began before
// the end of the fault. The attempt that succeeded is one of those that are exported.
function episode(cells, outage) {
  const since = (name) => (cells[name] === '' ? undefined : Number(cells[name]) - FAULT_S);
  const [noticed, began, back] = ['noticed_s', 'attempt_s', 'back_s'].map(since);
  const attempts = Number(cells.attempts) - (began === undefined || began < outage ? 0 : 1);
  return { noticed, began, back, attempts };
}

// Runs the scenario. Its file and the exported one stay in the folder, as NAME.yaml and
// NAME.devices.csv.
function episodesOf(name, settings, hubstorm, folder) {
  const [file, output] = ['yaml', 'devices.csv'].map((end) => path.join(folder, `${name}.${end}`));
  fs.writeFileSync(file, scenario(settings));
  const args = ['run', file, '--quiet', '--export', `devices:${output}`];
  const child = spawnSync(hubstorm, args, { encoding: 'utf8' });
  if (child.error) throw child.error;
  if (child.status !== 0) throw new Error(`${hubstorm} run: ${child.stderr}`);
  const [header, ...lines] = fs.readFileSync(output, 'utf8').trim().split('\n');
  const columns = header.split(',');
  return lines.map((line) => {
    const values = line.split(',');
    const cells = Object.fromEntries(columns.map((column, place) => [column, values[place]]));
    return episode(cells, settings.outage);
  });
}

module.exports = { episodesOf, scenario };
