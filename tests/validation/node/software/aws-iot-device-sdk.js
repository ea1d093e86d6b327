'use strict';
// The first AWS IoT device SDK for JavaScript: waits of 1, 2, 4 ... 128 s without any jitter, which
// begin anew after a connection of 20 s. It sends what was kept at one message each 250 ms.

const { join } = require('path');
const { subscribe } = require('../mqtt_driver');

const PATH = join(__dirname, '../others/node_modules/aws-iot-device-sdk');

function load(settings) {
  const { device } = require(PATH);
  const none = Buffer.from('none');

  function start(id) {
    const certificates = { privateKey: none, clientCert: none, caCert: none };
    const client = device({ host: `${id}.hub.example`, clientId: id, ...certificates });
    client.on('error', () => {});
    subscribe(client, settings.listeners);
    return (done) => client.publish(`${id}/events`, '{}', { qos: 1 }, done);
  }
  return { start, versions: { 'aws-iot-device-sdk': require(`${PATH}/package.json`).version } };
}

module.exports = { load, listeners: 3, usesProvider: false };
