/** Plays the contract's examples, so that a front end has something to show before there is a server. */
import type { Clock } from "../clock.js";
import { findDeepIssues } from "../checks.js";
import { RequestError } from "../errors.js";
import { Examples } from "./examples.js";
import type { Answer } from "./fake-answers.js";
import type { FakeRoom } from "./fake-room.js";
import type { FakeServer } from "./fake-server.js";

/** How examples are played. */
export interface MockOptions {
  /** Milliseconds between two events in each channel that is joined; 0 for none but those of `play()`. @default 3000 */
  readonly every?: number;
  /** Decides the order: the same seed plays the same. @default 1 */
  readonly seed?: number;
}

export class Mock {
  readonly #server: () => FakeServer;
  readonly #clock: Clock;
  readonly #every: number;
  readonly #examples: Examples;
  readonly #timers = new Map<FakeRoom, () => void>();

  constructor({ every = 3000, seed = 1 }: MockOptions, clock: Clock, server: () => FakeServer) {
    this.#every = every;
    this.#clock = clock;
    this.#server = server;
    this.#examples = new Examples(seed);
  }

  /** A channel is as if something had gone on in it before: recorded events, newest values, people. */
  furnish(room: FakeRoom): void {
    const { events, members } = room.facts.examples;
    for (const [name, list] of Object.entries(events)) {
      if (!room.isRecorded(name) && !room.isLatest(name)) continue;
      for (let count = 0; count < list.length; count++) room.keep(name, this.#next(room, name, list));
    }
    members.forEach((state, index) => room.people?.show(`member-${String(index + 1)}`, state));
  }

  /** Somebody has joined: events begin to come. */
  start(room: FakeRoom): void {
    if (this.#every > 0 && !this.#timers.has(room)) this.#arm(room);
  }

  stop(): void {
    for (const cancel of this.#timers.values()) cancel();
    this.#timers.clear();
  }

  /** One event in each channel that is joined. */
  play(): void {
    for (const room of this.#server().rooms.values()) if (room.members.size > 0) this.#playIn(room);
  }

  /** A reply, for requests that no test answers. */
  answer(room: FakeRoom, name: string): Answer {
    const list = room.facts.examples.replies[name] ?? [];
    if (list.length === 0) return () => Promise.reject(noExample(room.tagOf(name)));
    return () => this.#examples.next(`reply ${room.tagOf(name)}`, list);
  }

  #arm(room: FakeRoom): void {
    const cancel = this.#clock.after(this.#every, () => {
      this.#timers.delete(room);
      if (room.members.size === 0) return;
      this.#playIn(room);
      this.#arm(room);
    });
    this.#timers.set(room, cancel);
  }

  #playIn(room: FakeRoom): void {
    const { events } = room.facts.examples;
    const name = this.#examples.pick(Object.keys(events).filter((each) => events[each]?.length !== 0));
    const list = name === undefined ? [] : (events[name] ?? []);
    if (name !== undefined) this.#server().say(room, name, this.#next(room, name, list), this.#sender(room, name));
  }

  /** Relays come from somebody. */
  #sender(room: FakeRoom, name: string): string | undefined {
    return Object.hasOwn(room.facts.definition.relays, name) ? "member-1" : undefined;
  }

  /** With ids of its own where the contract lets them be others. */
  #next(room: FakeRoom, name: string, list: readonly unknown[]): unknown {
    const next = this.#examples.next(room.tagOf(name), list);
    return findDeepIssues(room.checkOf(name), next).length === 0 ? next : this.#examples.pick(list);
  }
}

function noExample(tag: string): RequestError {
  const message = `the contract has no example of a reply to ${tag}: give one under \`examples\`, or use answer()`;
  return new RequestError({ code: "unavailable", message, retryable: false, retryAfter: null, data: null });
}
