'use strict';
// What the machine has to have, and says what it has not.

const fs = require('fs');
const path = require('path');
const { spawnSync } = require('child_process');

// What a program is started with that goes before all ordinary ones.
const REALTIME = ['chrt', '--rr', '1'];

class Impossible extends Error {}

function checkMachine(cases, priority, user = process.getuid()) {
  if (user !== 0) {
    throw new Impossible('network namespaces need root; nothing was started');
  }
  const needed = ['unshare', 'setpriv', 'ip', 'mount', 'openssl', 'mosquitto', '/usr/bin/python3'];
  const missing = needed.filter(
    (name) => spawnSync('sh', ['-c', `command -v ${name}`]).status !== 0
  );
  if (missing.length > 0) {
    throw new Impossible(
      `missing: ${missing.join(', ')}; tools/install-packages real installs them`
    );
  }
  const [chrt, ...how] = REALTIME;
  if (priority === 'realtime' && spawnSync(chrt, [...how, 'true']).status !== 0) {
    throw new Impossible(
      'the kernel admits no real-time priority here; --priority -10 does without'
    );
  }
  const modules = path.join(__dirname, '../node/node_modules/azure-iot-device');
  if (!fs.existsSync(modules)) {
    throw new Impossible('the Azure SDK is missing; tests/validation/node/install installs it');
  }
  const paho = () => spawnSync('/usr/bin/python3', ['-c', 'import paho.mqtt.client']).status === 0;
  if (cases.some(({ client }) => client === 'paho') && !paho()) {
    throw new Impossible('python3-paho-mqtt is missing; tools/install-packages real installs it');
  }
}

module.exports = { Impossible, REALTIME, checkMachine };
