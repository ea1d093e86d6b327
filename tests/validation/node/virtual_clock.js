'use strict';
// Virtual time. A clock whose instants are those of its timers: it jumps from one to the next, so
// that a minute takes as long as the work that falls due in it.
//
// install() puts it, and a seeded generator, in the place of what Node.js offers, which has to be
// done before any other package is loaded, since packages keep what they find.

const timers = require('timers');

const real = {
  setImmediate,
  Date,
  hrtime: process.hrtime,
};

const LONGEST_DELAY = 2 ** 31 - 1;
const INSTANTS_A_TURN = 1000;

// What setTimeout, setInterval and setImmediate give back, with what callers may ask of it.
class VirtualTimer {
  due = 0;
  sequence = 0;
  place = -1; // In the heap; -1 if it is not there.

  constructor(clock, callback, args, period, repeats) {
    this.clock = clock;
    this.callback = callback;
    this.args = args;
    this.period = period;
    this.repeats = repeats;
  }

  ref() {
    return this;
  }

  unref() {
    return this;
  }

  hasRef() {
    return true;
  }

  refresh() {
    this.clock.cancel(this);
    this.clock.add(this, this.clock.now + this.period);
    return this;
  }

  close() {
    this.clock.cancel(this);
    return this;
  }
}

class VirtualClock {
  // Milliseconds since the run began, whole, as the timers of Node.js are.
  now = 0;
  #heap = [];
  #sequence = 0;

  constructor(epoch = real.Date.UTC(2026, 0, 1)) {
    this.epoch = epoch;
  }

  // Calls the function after so many milliseconds, or still now but after all that is due already.
  after(delay, callback, ...args) {
    const period = Math.max(0, Math.trunc(delay));
    const timer = new VirtualTimer(this, callback, args, period, false);
    this.add(timer, this.now + period);
    return timer;
  }

  add(timer, due) {
    timer.due = due;
    timer.sequence = this.#sequence++;
    this.#heap.push(timer);
    this.#rise(timer, this.#heap.length - 1);
  }

  cancel(timer) {
    if (!(timer instanceof VirtualTimer)) return;
    timer.repeats = false;
    if (timer.place >= 0) this.#take(timer.place);
  }

  // Lets time pass until nothing is due any more, or finished() says so. What an instant leaves to
  // process.nextTick and to promises is done before the next one begins: Node.js does all of both
  // between two immediates. A turn of the real event loop costs more than most instants, so each
  // turn has many immediates.
  run(finished = () => false) {
    return new Promise((resolve) => {
      let over = false;
      const step = () => {
        if (over) return;
        over = this.#heap.length === 0 || finished();
        if (over) resolve();
        else this.#fire(this.#take(0));
      };
      const turn = () => {
        for (let place = 0; place < INSTANTS_A_TURN; ++place) real.setImmediate(step);
        real.setImmediate(() => over || turn());
      };
      turn();
    });
  }

  #fire(timer) {
    this.now = timer.due;
    timer.callback(...timer.args);
    if (timer.repeats && timer.place < 0) this.add(timer, this.now + timer.period);
  }

  // Takes the timer at a place out of the heap; the last one fills the hole.
  #take(place) {
    const heap = this.#heap;
    const taken = heap[place];
    const last = heap.pop();
    if (last !== taken) {
      this.#sink(last, place);
      this.#rise(last, last.place);
    }
    taken.place = -1;
    return taken;
  }

  #rise(timer, place) {
    const heap = this.#heap;
    while (place > 0) {
      const above = (place - 1) >> 1;
      if (!earlier(timer, heap[above])) break;
      heap[place] = heap[above];
      heap[place].place = place;
      place = above;
    }
    heap[place] = timer;
    timer.place = place;
  }

  #sink(timer, place) {
    const heap = this.#heap;
    for (;;) {
      let below = 2 * place + 1;
      if (below >= heap.length) break;
      if (below + 1 < heap.length && earlier(heap[below + 1], heap[below])) ++below;
      if (!earlier(heap[below], timer)) break;
      heap[place] = heap[below];
      heap[place].place = place;
      place = below;
    }
    heap[place] = timer;
    timer.place = place;
  }
}

function earlier(a, b) {
  return a.due !== b.due ? a.due < b.due : a.sequence < b.sequence;
}

// Node.js cuts a delay to whole milliseconds and makes 1 of what is less or too long.
function wholeDelay(delay) {
  const number = Number(delay);
  return number >= 1 && number <= LONGEST_DELAY ? Math.trunc(number) : 1;
}

function timerFunctions(clock) {
  const start =
    (repeats) =>
    (callback, delay, ...args) => {
      const period = wholeDelay(delay);
      const timer = new VirtualTimer(clock, callback, args, period, repeats);
      clock.add(timer, clock.now + period);
      return timer;
    };
  const cancel = (timer) => clock.cancel(timer);
  return {
    setTimeout: start(false),
    setInterval: start(true),
    setImmediate: (callback, ...args) => clock.after(0, callback, ...args),
    clearTimeout: cancel,
    clearInterval: cancel,
    clearImmediate: cancel,
  };
}

function virtualDate(clock) {
  function VirtualDate(...args) {
    const given = args.length ? args : [VirtualDate.now()];
    if (!new.target) return new real.Date(VirtualDate.now()).toString();
    return Reflect.construct(real.Date, given, new.target);
  }
  VirtualDate.prototype = real.Date.prototype;
  VirtualDate.now = () => clock.epoch + clock.now;
  VirtualDate.UTC = real.Date.UTC;
  VirtualDate.parse = real.Date.parse;
  return VirtualDate;
}

function virtualHrtime(clock) {
  const hrtime = (since = [0, 0]) => {
    const nanoseconds = hrtime.bigint() - (BigInt(since[0]) * 1000000000n + BigInt(since[1]));
    return [Number(nanoseconds / 1000000000n), Number(nanoseconds % 1000000000n)];
  };
  hrtime.bigint = () => BigInt(clock.now) * 1000000n;
  return hrtime;
}

// From here on the whole process lives in the time of the clock, and draws from the generator.
function install(clock, random) {
  const replaced = timerFunctions(clock);
  Object.assign(globalThis, replaced);
  Object.assign(timers, replaced);
  globalThis.Date = virtualDate(clock);
  process.hrtime = virtualHrtime(clock);
  Object.defineProperty(performance, 'now', { value: () => clock.now }); // Read-only in Node.js 18.
  Math.random = random;
}

module.exports = { VirtualClock, install, realHrtime: real.hrtime };
