#!/usr/bin/env node
'use strict';
// Runs the SDK and keeps what it did in recorded/: all cases, or those named.
//
//   node record.js [CASE...]
//
// All of them take ten minutes of one core. against_hubstorm.js uses the recordings.

const fs = require('fs');
const os = require('os');
const path = require('path');
const { plainly } = require('./complaint');
const { chosen, record } = require('./recording');

function main() {
  const cases = chosen(process.argv.slice(2));
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'virtual-'));
  for (const each of cases) {
    record(each, scratch);
    process.stdout.write(`${each.name}\n`);
  }
  fs.rmSync(scratch, { recursive: true });
  return 0;
}

plainly(main);
