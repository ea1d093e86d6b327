'use strict';
// Three hosts and a router between them, each a network namespace. They live in the mount, process
// and network namespaces of the caller, so that the kernel takes all of it away when the caller ends.

const { execFileSync, spawn } = require('child_process');

const HOSTS = {
  clients: { address: '10.181.1.2', gateway: '10.181.1.1' },
  broker: { address: '10.181.2.2', gateway: '10.181.2.1' },
  beside: { address: '10.181.3.2', gateway: '10.181.3.1' }, // of what must not be cut
};
const HUB = 'hub.example';

function command(program, ...args) {
  execFileSync(program, args, { stdio: ['ignore', 'ignore', 'pipe'] });
}

const ip = (line) => command('ip', ...line.split(' '));

function createNetwork() {
  command('mount', '-t', 'tmpfs', 'none', '/run'); // where ip keeps names: ours are nobody else's
  ip('netns add router');
  ip('-n router link set lo up');
  for (const [name, { address, gateway }] of Object.entries(HOSTS)) {
    ip(`netns add ${name}`);
    ip(`-n ${name} link set lo up`);
    ip(`link add host netns ${name} type veth peer name to-${name} netns router`);
    ip(`-n ${name} addr add ${address}/24 dev host`);
    ip(`-n router addr add ${gateway}/24 dev to-${name}`);
    ip(`-n ${name} link set host up`);
    ip(`-n router link set to-${name} up`);
    ip(`-n ${name} route add default via ${gateway}`);
  }
  set('router', 'ip_forward', 1);
  // Each probe is to be answered, and answers of this kind are few by default.
  set('broker', 'icmp_ratelimit', 0);
}

function set(host, name, value) {
  command('ip', 'netns', 'exec', host, 'sh', '-c', `echo ${value} >/proc/sys/net/ipv4/${name}`);
}

function spawnInside(host, [program, ...args], options) {
  return spawn('ip', ['netns', 'exec', host, program, ...args], options);
}

// Packets from and to the clients vanish in the router, which tells nobody.
const RULES = ['iif to-clients', `to ${HOSTS.clients.address}`];

function cut() {
  for (const rule of RULES) ip(`-n router rule add ${rule} blackhole priority 10`);
}

function mend() {
  for (const rule of RULES) ip(`-n router rule del ${rule} blackhole priority 10`);
}

// Our own /etc/hosts, in our own mount namespace.
function hostsFile(clients) {
  const names = Array.from({ length: clients }, (_, n) => `device-${n}.${HUB}`);
  const lines = [HUB, ...names].map((name) => `${HOSTS.broker.address} ${name}`);
  return ['127.0.0.1 localhost', ...lines, ''].join('\n');
}

function useHosts(file) {
  command('mount', '--bind', file, '/etc/hosts');
}

module.exports = { HOSTS, HUB, createNetwork, cut, hostsFile, mend, spawnInside, useHosts };
