'use strict';
// What has to hold for the figures of a run to mean anything. Each control is {name, holds, says}; one
// that does not hold makes the run inconclusive, whatever its figures are.

const { connectedAt, isDevice } = require('./record');

const LIMITS = {
  settledS: 3, // all clients are connected for so long before the fault
  startS: 0.3, // from the start of the broker until it listens
  lateShare: 0.01, // of the time, processes of ours may be later than lateS
  lateS: 0.1,
  longestLateS: 0.5,
  answerS: 0.5, // from a ping of the control client to its answer
  refusalS: 0.1, // from a SYN to the RST that refuses it; 1 in 100 may take longer
  disagreement: 0.02, // of attempts and of connections, in what two observers counted
  outageS: 0.5, // between the length of the fault and what was asked for
};
const EDGE_S = 0.2; // what is under way when a cut begins or ends

const round = (value) => Number(value.toFixed(3));
const within = (events, from, to) => events.filter(({ at }) => at >= from && at < to);
const count = (events, what) => events.filter((event) => event.what === what).length;

function agree(left, right) {
  return Math.abs(left - right) <= Math.max(2, LIMITS.disagreement * Math.max(left, right));
}

function connected({ case: { clients }, fault, events }) {
  const since = [...connectedAt(events, fault.start).values()];
  const settled = since.filter((at) => at <= fault.start - LIMITS.settledS).length;
  const says = `${settled} of ${clients} clients for ${LIMITS.settledS} s when the fault began`;
  return { name: 'connected', holds: settled === clients, says };
}

function processes({ events }) {
  const ended = events.filter(({ what }) => what === 'ended');
  const says = ended.length === 0 ? 'none ended early' : `${ended[0].who} ended: ${ended[0].value}`;
  return { name: 'processes', holds: ended.length === 0, says };
}

function control({ fault, finished, events }) {
  const own = events.filter(({ who }) => who === 'control');
  const lost = count(own, 'lost');
  const answers = within(own, fault.start - 1, finished).filter(({ what }) => what === 'answer');
  const longest = Math.max(0, ...answers.map(({ value }) => Number(value)));
  const enough = answers.length >= 0.8 * (finished - fault.start) - 2;
  return {
    name: 'control client',
    holds: count(own, 'connected') === 1 && lost === 0 && enough && longest <= LIMITS.answerS,
    says: `lost ${lost} times, ${answers.length} pings answered, the slowest in ${round(
      longest
    )} s`,
  };
}

// Each late beat hides those that should have been meanwhile, so it counts by its length.
function lateness({ fault, finished, events }) {
  const late = within(events, fault.start - 1, finished).filter(({ what }) => what === 'late');
  const longest = Math.max(0, ...late.map(({ value }) => Number(value)));
  const byProcess = new Map();
  for (const { who, value } of late) {
    if (Number(value) > LIMITS.lateS) byProcess.set(who, (byProcess.get(who) ?? 0) + Number(value));
  }
  const share = Math.max(0, ...byProcess.values()) / (finished - fault.start + 1);
  return {
    name: 'processor',
    holds: longest <= LIMITS.longestLateS && share <= LIMITS.lateShare,
    says: `beats late by at most ${round(longest)} s, ${(100 * share).toFixed(2)} % of the time`,
  };
}

function clock({ events }) {
  const steps = events.filter(({ what }) => what === 'clock');
  const says = steps.length === 0 ? 'no step' : `a step of ${steps[0].value} s`;
  return { name: 'clock', holds: steps.length === 0, says };
}

function outage({ case: { down, mode }, fault }) {
  const lasted = fault.end - fault.start;
  const start = mode === 'kill' ? fault.end - fault.startedAgain : 0;
  const intime = Math.abs(lasted - down) <= LIMITS.outageS && start <= LIMITS.startS;
  const took = mode === 'kill' ? `, the broker listened ${round(start)} s after its start` : '';
  return { name: 'outage', holds: intime, says: `${round(lasted)} s of ${down} s${took}` };
}

// The clients' own attempts, and the connections that the kernel began for them.
function attempts({ case: { client }, fault, events, wire }) {
  if (client === 'tcp') return undefined;
  const told = count(
    within(events, fault.start, fault.end).filter(({ who }) => isDevice(who)),
    'attempt'
  );
  const seen = count(within(wire, fault.start, fault.end), 'syn');
  return {
    name: 'attempts',
    holds: agree(told, seen),
    says: `${told} by the clients, ${seen} on the wire, while the broker was away`,
  };
}

// What the broker accepted, and what the clients took for accepted.
function connections({ case: { client }, events, broker }) {
  if (client === 'tcp') return undefined;
  const told = count(
    events.filter(({ who }) => isDevice(who)),
    'connected'
  );
  const logged = broker.filter(({ text }) =>
    /New client connected from .* as device-\d+ /.test(text)
  );
  return {
    name: 'connections',
    holds: agree(told, logged.length),
    says: `${told} by the clients, ${logged.length} in the log of the broker`,
  };
}

// A broker that was killed refuses at once, so that no client waits for the machine.
function refusals({ case: { mode }, fault, wire }) {
  if (mode !== 'kill') return undefined;
  const begun = new Map();
  const took = [];
  for (const { at, who, what } of within(wire, fault.start, fault.end)) {
    if (what === 'syn') begun.set(who, at);
    if (what !== 'reset' || !begun.has(who)) continue;
    took.push(at - begun.get(who));
    begun.delete(who);
  }
  took.sort((left, right) => left - right);
  const slow = took.length === 0 ? 0 : took[Math.floor(0.99 * (took.length - 1))];
  const says = `${took.length}, 99 of 100 within ${round(slow)} s`;
  return { name: 'refusals', holds: slow <= LIMITS.refusalS, says };
}

// Each second a datagram asks the broker's kernel for an answer: in a cut there is none, and else
// there is always one. In a cut no other packet comes either.
function path({ case: { mode }, fault, wire }) {
  const [from, to] = [fault.start + EDGE_S, fault.end - EDGE_S];
  const inside = within(wire, from, to);
  const asked = count(inside, 'probe');
  const answered = count(inside, 'answered');
  const came = answered + count(inside, 'in') + count(inside, 'reset');
  const before = within(wire, -Infinity, fault.start);
  const wasOpen =
    count(before, 'probe') > 0 && agree(count(before, 'probe'), count(before, 'answered'));
  const isCut = mode === 'cut';
  const holds = wasOpen && asked > 0 && (isCut ? came === 0 : agree(asked, answered));
  const packets = isCut ? `, ${came} packets came` : '';
  return {
    name: 'path',
    holds,
    says: `${answered} of ${asked} probes answered in the fault${packets}`,
  };
}

function notes({ wire }) {
  const drops = wire.find(({ what }) => what === 'drops')?.value;
  const says =
    drops === undefined ? 'the wire was not watched to the end' : `${drops} packets missed`;
  return { name: 'notes', holds: drops === '0', says };
}

const ALL = [
  connected,
  processes,
  control,
  lateness,
  clock,
  outage,
  attempts,
  connections,
  refusals,
  path,
  notes,
];

const controlsOf = (record) =>
  ALL.map((each) => each(record)).filter((found) => found !== undefined);

module.exports = { LIMITS, controlsOf };
