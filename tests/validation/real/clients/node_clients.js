#!/usr/bin/env node
'use strict';
// Clients of an unchanged package for Node.js, in real time: node_clients.js SETTINGS, as JSON
// {software, first, clients, begins, spread, sends, every, listeners}. A client connects at
// begins + U(0, spread), in seconds since 1970, and sends each EVERY seconds from sends + U(0, every)
// on. Their drivers are those of the runs in virtual time.
//
// Few clients stand for all phases, so each draws within a share of its own.

const { createRequire } = require('module');
const { dirname, join } = require('path');
const { now, print, watchLateness } = require('../line');

const NODE = join(__dirname, '../../node');
const settings = JSON.parse(process.argv[2]);
const requireThere = createRequire(join(NODE, 'virtual.js'));
const requireMqtt = createRequire(requireThere.resolve('azure-iot-device-mqtt'));

// Tells what becomes of each client object that the package mqtt makes.
function observed(connect) {
  return (url, options) => {
    const id = options.clientId;
    print(id, 'attempt');
    const client = connect(url, options);
    let isConnected = false;
    client.on('reconnect', () => print(id, 'attempt'));
    client.on('connect', () => {
      isConnected = true;
      print(id, 'connected');
    });
    client.on('close', () => {
      if (isConnected) print(id, 'lost');
      isConnected = false;
    });
    return client;
  };
}

function load(software) {
  const driver = requireThere(`./software/${software}`);
  const mqtt = requireMqtt('mqtt');
  mqtt.connect = observed(mqtt.connect);
  const provider = { connect: mqtt.connect };
  const withListeners = { listeners: settings.listeners, credentials: 'sas' };
  const loaded = driver.load(withListeners, driver.usesProvider ? provider : undefined);
  const { version } = requireMqtt(`${dirname(requireMqtt.resolve('mqtt'))}/package.json`);
  return { ...driver, ...loaded, versions: { ...loaded.versions, mqtt: version } };
}

const at = (instant, action) => setTimeout(action, Math.max(0, 1000 * (instant - now())));

// One number a client, uniform in [0, 1) all together: one in each of as many equal shares, in any
// order.
function shares(count) {
  const numbers = Array.from({ length: count }, (_, place) => (place + Math.random()) / count);
  for (let last = count - 1; last > 0; --last) {
    const other = Math.floor(Math.random() * (last + 1));
    [numbers[last], numbers[other]] = [numbers[other], numbers[last]];
  }
  return numbers;
}

function main() {
  const { first, clients, begins, spread, sends, every } = settings;
  const who = `clients-${first}`;
  watchLateness(who);
  const software = load(settings.software);
  print(who, 'versions', JSON.stringify(software.versions));
  const [starts, phases] = [shares(clients), shares(clients)];
  for (let number = 0; number < clients; ++number) {
    const id = `device-${first + number}`;
    const told = (error) => print(id, error ? 'failed' : 'accepted');
    at(begins + spread * starts[number], () => {
      const send = software.start(id, () => {});
      if (!every) return;
      at(sends + every * phases[number], () => {
        send(told);
        setInterval(() => send(told), 1000 * every);
      });
    });
  }
}

main();
