'use strict';
// The Azure provisioning client over MQTT, which begins during the fault. It connects once and
// does not try again; what it repeats is a request that was answered by 429 or more, after what the
// answer says or else after 2 s, without jitter and without end.

const { join } = require('path');

const FOLDER = join(__dirname, '../others/node_modules');

function load() {
  const from = (name) => require(join(FOLDER, name));
  const { ProvisioningDeviceClient } = from('azure-iot-provisioning-device');
  const { Mqtt } = from('azure-iot-provisioning-device-mqtt');
  const { SymmetricKeySecurityClient } = from('azure-iot-security-symmetric-key');
  const key = Buffer.alloc(32).toString('base64');

  function start(id, done) {
    const security = new SymmetricKeySecurityClient(id, key);
    const client = ProvisioningDeviceClient.create('dps.example', 'scope', new Mqtt(), security);
    client.register(done);
  }
  const name = 'azure-iot-provisioning-device';
  return { start, versions: { [name]: from(`${name}/package.json`).version } };
}

// A registration is first being assigned, and then is when asked for.
function answer(topic, throttled) {
  const [, request] = topic.match(/^\$dps\/registrations\/(?:PUT|GET)\/.*\$rid=([^&]*)/) ?? [];
  if (request === undefined) return undefined;
  const respond = (status, payload) => ({
    topic: `$dps/registrations/res/${status}/?$rid=${request}`,
    payload: JSON.stringify(payload),
  });
  if (throttled) return respond(429, { errorCode: 429001 });
  if (topic.includes('/PUT/')) return respond(202, { operationId: '1', status: 'assigning' });
  return respond(200, { operationId: '1', status: 'assigned', registrationState: {} });
}

module.exports = { load, answer, listeners: 0, usesProvider: false, registers: true };
