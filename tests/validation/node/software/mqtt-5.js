'use strict';
// The newest package mqtt: 1 s after each loss and each failure, for ever, as before.

const { driverOf } = require('../mqtt_driver');

module.exports = driverOf(require('path').join(__dirname, '../others/node_modules/mqtt'));
