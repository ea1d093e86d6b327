#!/usr/bin/env node
'use strict';
// One case, from the first client to the last return: inside.js CASE FOLDER, the case as JSON. It runs
// as the first process of namespaces of its own (run) and leaves notes in the folder: events.txt of
// the clients, wire.txt, broker.txt, run.json.

const fs = require('fs');
const path = require('path');
const readline = require('readline');
const {
  HOSTS,
  HUB,
  createNetwork,
  cut,
  hostsFile,
  mend,
  spawnInside,
  useHosts,
} = require('./network');
const { CONTROL_PORT, PORT, makeCertificates, startBroker } = require('./broker');
const { lineOf, now, parseLine, watchLateness } = require('./line');
const { connectedAt, ledgerOf } = require('./record');

const PER_PROCESS = 50; // clients of Node.js, so that their handshakes do not wait for each other
const SETTLING_S = 5;
const PATIENCE_S = 10; // for clients that are not connected when the fault is due
const PYTHON = '/usr/bin/python3'; // that of Debian, for which python3-paho-mqtt is

const wait = (seconds) => new Promise((done) => setTimeout(done, Math.max(0, 1000 * seconds)));
const until = (instant) => wait(instant - now());

class Case {
  #processes = [];
  #events = [];
  #stopped = false;

  constructor(settings, folder) {
    this.settings = settings;
    this.folder = folder;
    this.files = Object.fromEntries(
      ['events', 'broker', 'errors'].map((name) => [
        name,
        fs.createWriteStream(path.join(folder, `${name}.txt`)),
      ])
    );
    this.fault = { start: Infinity, end: Infinity };
  }

  #note(at, who, what, value) {
    this.#events.push({ at, who, what, value });
    this.files.events.write(`${lineOf(at, who, what, value)}\n`);
  }

  // Starts what prints lines, and notes those that are of the form.
  #start(who, child, notes = true) {
    this.#processes.push(child);
    child.stderr.on('data', (text) => this.files.errors.write(`${who}: ${text}`));
    child.once('error', (error) => this.#note(now(), who, 'ended', error.message));
    child.once('exit', (code, signal) => {
      if (!this.#stopped) this.#note(now(), who, 'ended', `${code ?? signal}`);
    });
    if (!notes) return child;
    readline.createInterface({ input: child.stdout }).on('line', (line) => {
      const event = parseLine(line);
      if (!event) this.files.errors.write(`${who}: ${line}\n`);
      else this.#note(event.at, event.who, event.what, event.value);
    });
    return child;
  }

  #inside(host, who, args) {
    const env = {
      ...process.env,
      NODE_EXTRA_CA_CERTS: this.ca,
      SSL_CERT_FILE: this.ca,
      HUB_CA: this.ca,
    };
    return this.#start(who, spawnInside(host, args, { env, stdio: ['pipe', 'pipe', 'pipe'] }));
  }

  #broker(port, name) {
    const log = (at, text) => this.files.broker.write(`${at.toFixed(3)} ${name} ${text}\n`);
    return startBroker(this.secrets, port, log);
  }

  async #prepare() {
    createNetwork();
    this.secrets = fs.mkdtempSync('/run/validation-'); // a file system of ours alone by now
    this.ca = makeCertificates(this.secrets);
    const hosts = path.join(this.secrets, 'hosts');
    fs.writeFileSync(hosts, hostsFile(this.settings.clients));
    useHosts(hosts);
    this.broker = this.#broker(PORT, 'broker');
    const beside = this.#broker(CONTROL_PORT, 'control');
    await Promise.all([this.broker.ready, beside.ready]);
    const wire = [path.join(__dirname, 'wire.py'), 'host', HOSTS.broker.address, PORT];
    const output = fs.openSync(path.join(this.folder, 'wire.txt'), 'w');
    const options = { stdio: ['ignore', output, 'pipe'] };
    this.wire = this.#start('wire', spawnInside('clients', [PYTHON, ...wire], options), false);
    const port = this.settings.mode === 'cut' ? PORT : CONTROL_PORT;
    const control = [process.execPath, path.join(__dirname, 'clients/control_client.js'), port];
    if (this.settings.listeners > 2) control.push(PORT);
    this.#inside('beside', 'control', control);
    watchLateness('runner', (...event) => this.#note(now(), ...event));
  }

  #startClients(begins, sends) {
    const { client, clients, every, listeners, spread } = this.settings;
    if (client === 'tcp') {
      const program = path.join(__dirname, 'clients/tcp_probe.py');
      until(begins).then(() => {
        this.tcp = this.#inside('clients', 'tcp', [PYTHON, program, HUB, PORT]);
      });
    } else if (['azure-iot-device', 'mqtt-4'].includes(client)) {
      for (let first = 0; first < clients; first += PER_PROCESS) {
        const some = { first, clients: Math.min(PER_PROCESS, clients - first) };
        const given = { software: client, ...some, begins, spread, sends, every, listeners };
        const program = path.join(__dirname, 'clients/node_clients.js');
        this.#inside('clients', `clients-${first}`, [
          process.execPath,
          program,
          JSON.stringify(given),
        ]);
      }
    } else {
      const paho = [PYTHON, path.join(__dirname, 'clients/paho_client.py')];
      const words = client === 'paho' ? paho : client.split(' ').filter((word) => word !== '');
      for (let number = 0; number < clients; ++number) {
        const id = `device-${number}`;
        until(begins + (spread * (number + Math.random())) / clients).then(() => {
          this.#inside('clients', id, [...words, HUB, PORT, id, every ?? 0]);
        });
      }
    }
  }

  async #allConnected() {
    const patience = now() + PATIENCE_S;
    const missing = () => this.settings.clients - connectedAt(this.#events, now()).size;
    while (missing() > 0 && now() < patience) await wait(0.5);
    return missing() === 0;
  }

  #breakIt() {
    this.fault.start = now();
    if (this.settings.mode === 'cut') cut();
    else this.broker.child.kill(this.settings.mode === 'kill' ? 'SIGKILL' : 'SIGSTOP');
    this.tcp?.stdin.write('cut\n');
  }

  async #mendIt() {
    const { mode } = this.settings;
    if (mode === 'kill') {
      this.broker = this.#broker(PORT, 'broker');
      this.fault.startedAgain = this.broker.started;
      this.fault.end = await this.broker.ready;
      return;
    }
    if (mode === 'cut') mend();
    else this.broker.child.kill('SIGCONT');
    this.fault.end = now();
  }

  // Until each client is back and has sent something, or the patience with them ends.
  async #allBack() {
    const last = this.fault.end + this.settings.wait;
    const away = () => ledgerOf(this.settings, this.fault, this.#events).unsettled;
    do await wait(1);
    while (now() < last && (away() > 0 || now() < this.fault.end + SETTLING_S));
  }

  async run() {
    const { down, every, spread } = this.settings;
    await this.#prepare();
    const begins = now() + 2;
    const sends = begins + spread + SETTLING_S;
    this.#startClients(begins, sends);
    await until(sends + (every ?? 0));
    if (await this.#allConnected()) {
      this.#breakIt();
      await until(this.fault.start + down);
      await this.#mendIt();
      await this.#allBack();
    } else {
      // There is nothing to measure; the controls say why.
      this.fault.start = this.fault.end = this.fault.startedAgain = now();
    }
    await this.#stop();
  }

  async #stop() {
    const finished = now();
    this.#stopped = true;
    this.wire.kill('SIGTERM');
    await Promise.race([new Promise((done) => this.wire.once('exit', done)), wait(3)]);
    for (const child of this.#processes) child.kill('SIGKILL');
    const { settings: of, fault } = this;
    const notes = { case: of, fault, finished };
    fs.writeFileSync(path.join(this.folder, 'run.json'), `${JSON.stringify(notes, null, 2)}\n`);
    const ended = Object.values(this.files).map((file) => new Promise((done) => file.end(done)));
    await Promise.all(ended);
  }
}

const [settings, folder] = process.argv.slice(2);
new Case(JSON.parse(settings), folder).run().then(
  () => process.exit(0), // The kernel ends whatever else lives here.
  (error) => {
    process.stderr.write(`${error.stack}\n`);
    process.exit(1);
  }
);
