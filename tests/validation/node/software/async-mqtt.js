'use strict';
// The package mqtt behind promises.

const { join } = require('path');
const { subscribe } = require('../mqtt_driver');

const PATH = join(__dirname, '../others/node_modules/async-mqtt');

function load(settings) {
  const mqtt = require(PATH);

  function start(id) {
    const client = mqtt.connect(`mqtts://${id}.hub.example`, { clientId: id });
    client.on('error', () => {});
    subscribe(client, settings.listeners);
    return (done) =>
      client.publish(`${id}/events`, '{}', { qos: 1 }).then(
        () => done(),
        (error) => done(error)
      );
  }
  return { start, versions: { 'async-mqtt': require(`${PATH}/package.json`).version } };
}

module.exports = { load, listeners: 3, usesProvider: false };
