'use strict';
// mosquitto over TLS, with a certification authority of its own. It throttles nobody and lets
// everybody in.

const fs = require('fs');
const path = require('path');
const readline = require('readline');
const { execFileSync } = require('child_process');
const { HOSTS, HUB, spawnInside } = require('./network');
const { now } = require('./line');

const PORT = 8883;
const CONTROL_PORT = 8884; // of a second broker, to which nothing happens

function makeCertificates(folder) {
  const openssl = (...args) => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
  const key = [
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:prime256v1',
    '-nodes',
    '-days',
    '30',
  ];
  openssl('req', '-x509', ...key, '-keyout', 'ca.key', '-out', 'ca.crt', '-subj', '/CN=validation');
  fs.writeFileSync(path.join(folder, 'names'), `subjectAltName=DNS:${HUB},DNS:*.${HUB}\n`);
  openssl('req', ...key, '-keyout', 'hub.key', '-out', 'hub.csr', '-subj', `/CN=${HUB}`);
  const signed = ['-CA', 'ca.crt', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '30'];
  openssl('x509', '-req', '-in', 'hub.csr', ...signed, '-extfile', 'names', '-out', 'hub.crt');
  return path.join(folder, 'ca.crt');
}

function configuration(folder, port) {
  return [
    `listener ${port} ${HOSTS.broker.address}`,
    `certfile ${path.join(folder, 'hub.crt')}`,
    `keyfile ${path.join(folder, 'hub.key')}`,
    'allow_anonymous true',
    'user root', // It reads the key, and lives in namespaces that are its own.
    'log_dest stderr',
    ...['error', 'warning', 'notice', 'information'].map((kind) => `log_type ${kind}`),
    '',
  ].join('\n');
}

// Starts a broker. `log` is told each line of it, and `ready` resolves to when it listened.
function startBroker(folder, port, log) {
  const file = path.join(folder, `mosquitto-${port}.conf`);
  fs.writeFileSync(file, configuration(folder, port));
  const started = now();
  const options = { stdio: ['ignore', 'ignore', 'pipe'] };
  const child = spawnInside('broker', ['mosquitto', '-c', file], options);
  const ready = new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) =>
      reject(new Error(`mosquitto ended with ${code}, before it listened`))
    );
    readline.createInterface({ input: child.stderr }).on('line', (text) => {
      const at = now();
      log(at, text);
      if (/mosquitto version \S+ running/.test(text)) resolve(at);
    });
  });
  return { child, started, ready };
}

module.exports = { CONTROL_PORT, PORT, makeCertificates, startBroker };
