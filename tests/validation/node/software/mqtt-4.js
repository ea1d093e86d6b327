'use strict';
// The package mqtt as it is below the Azure SDK, by itself: it connects again 1 s after each loss
// and each failure, for ever, and keeps what is sent meanwhile.

const { dirname } = require('path');
const { createRequire } = require('module');
const { driverOf } = require('../mqtt_driver');

const requireHere = createRequire(require.resolve('azure-iot-device-mqtt'));

module.exports = driverOf(dirname(requireHere.resolve('mqtt/package.json')));
