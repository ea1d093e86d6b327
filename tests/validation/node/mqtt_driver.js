'use strict';
// What the drivers of the package mqtt and of those around it have in common.

// A driver for a package that connects by connect(url, options) and goes by callbacks. `path` is
// that of the package.
function driverOf(path) {
  function load(settings) {
    const mqtt = require(path);
    const { name, version } = require(`${path}/package.json`);

    function start(id) {
      const client = mqtt.connect(`mqtts://${id}.hub.example`, { clientId: id });
      client.on('error', () => {});
      subscribe(client, settings.listeners);
      return (done) => client.publish(`${id}/events`, '{}', { qos: 1 }, done);
    }
    return { start, versions: { [name]: version } };
  }
  return { load, listeners: 3, usesProvider: false };
}

function subscribe(client, listeners) {
  for (let topic = 0; topic < listeners; ++topic) client.subscribe(`topic-${topic}`);
}

module.exports = { driverOf, subscribe };
