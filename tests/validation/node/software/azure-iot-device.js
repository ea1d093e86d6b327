'use strict';
// The Azure IoT device SDK over MQTT. It goes by each operation: every send, and every feature that
// listens, retries on its own after a loss, for 4 minutes.

const { createRequire } = require('module');

// The SDK puts the name of the Linux distribution into its user name and reads it from files, in
// real time. Here the answer comes at once and is the same everywhere.
function answerDistribution(requireFromCommon) {
  const path = requireFromCommon.resolve('getos');
  const answer = { dist: 'Virtual', release: '1' };
  require.cache[path] = { id: path, loaded: true, exports: (done) => done(null, answer) };
}

function load(settings, provider) {
  const requireHere = createRequire(require.resolve('azure-iot-device-mqtt'));
  answerDistribution(createRequire(requireHere.resolve('azure-iot-common')));
  const { Client } = require('azure-iot-device');
  const { Mqtt } = require('azure-iot-device-mqtt');
  const { Message } = requireHere('azure-iot-common');
  const { MqttBase } = requireHere('azure-iot-mqtt-base');

  class MqttByProvider extends Mqtt {
    constructor(authentication) {
      super(authentication, new MqttBase(provider));
    }
  }
  const transport = provider ? MqttByProvider : Mqtt;

  const credentials = {
    sas: `SharedAccessKey=${Buffer.alloc(32).toString('base64')}`,
    x509: 'x509=true',
  }[settings.credentials];

  // Connects a client, and returns what sends a message for it. A first connect that fails is not
  // repeated by the SDK.
  function start(id) {
    const connection = `HostName=hub.example;DeviceId=${id};${credentials}`;
    const client = Client.fromConnectionString(connection, transport);
    if (settings.credentials === 'x509') client.setOptions({ cert: 'cert', key: 'key' });
    client.on('error', () => {});
    client.open((error) => {
      if (!error) listen(client);
    });
    return (done) => client.sendEvent(new Message('{}'), done);
  }

  // A listener is one of cloud-to-device messages, direct methods, desired properties.
  function listen(client) {
    if (settings.listeners > 0) client.on('message', () => {});
    if (settings.listeners > 1) client.onDeviceMethod('method', () => {});
    if (settings.listeners > 2) {
      client.getTwin((error, twin) => {
        if (error) throw error;
        twin.on('properties.desired', () => {});
      });
    }
  }

  const packages = ['azure-iot-device', 'azure-iot-device-mqtt'];
  const versions = Object.fromEntries(
    packages.map((name) => [name, require(`${name}/package.json`).version])
  );
  return { start, versions: { ...versions, mqtt: requireHere('mqtt/package.json').version } };
}

// A twin is asked for when the third listener begins.
function answer(topic) {
  const [, request] = topic.match(/^\$iothub\/twin\/GET\/\?\$rid=(.*)$/) ?? [];
  if (request === undefined) return undefined;
  const payload = '{"desired":{"$version":1},"reported":{"$version":1}}';
  return { topic: `$iothub/twin/res/200/?$rid=${request}`, payload };
}

module.exports = { load, answer, listeners: 3, usesProvider: true };
