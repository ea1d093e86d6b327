#!/usr/bin/env node
'use strict';
// A client to which nothing may happen: control_client.js PORT TWIN_PORT. It pings each second, and
// tells how long each answer takes. With a port for twins it answers requests for them there, as a hub
// would; mosquitto takes no notice of them.

const { createRequire } = require('module');
const { join } = require('path');
const { HUB } = require('../network');
const { print } = require('../line');

const requireThere = createRequire(join(__dirname, '../../node/virtual.js'));
const mqtt = createRequire(requireThere.resolve('azure-iot-device-mqtt'))('mqtt');
const { answer } = requireThere('./software/azure-iot-device');

const [port, twinPort] = process.argv.slice(2);

function watch() {
  const options = { clientId: 'control', keepalive: 1, reconnectPeriod: 0 };
  const client = mqtt.connect(`mqtts://${HUB}:${port}`, options);
  let asked;
  client.on('connect', () => print('control', 'connected'));
  client.on('close', () => print('control', 'lost'));
  client.on('error', () => {});
  client.on('packetsend', ({ cmd }) => {
    if (cmd === 'pingreq') asked = process.hrtime.bigint();
  });
  client.on('packetreceive', ({ cmd }) => {
    if (cmd !== 'pingresp') return;
    print('control', 'answer', (Number(process.hrtime.bigint() - asked) / 1e9).toFixed(4));
  });
}

function answerTwins() {
  const client = mqtt.connect(`mqtts://${HUB}:${twinPort}`, { clientId: 'twins' });
  client.on('error', () => {});
  client.subscribe('$iothub/twin/GET/#');
  client.on('message', (topic) => {
    const answered = answer(topic);
    if (answered) client.publish(answered.topic, answered.payload);
  });
}

watch();
if (twinPort) answerTwins();
