/** The other end, in memory: it lets everybody in, remembers what it was sent, and says what it is told to. */
import type { ClientOptions, SocketEvents, SocketFactory } from "../../../templates/typescript/runtime/index.js";
import { ManualClock } from "./clock.js";
import { ChatClient } from "./contract.js";

type Frame = readonly [tag: string, ...rest: unknown[]];

export class Server {
  readonly clock = new ManualClock();
  /** What came in, hello and heartbeats left out. */
  readonly frames: Frame[] = [];
  connections = 0;
  /** What the history of each room holds, by offset. */
  history: readonly (readonly [offset: number, body: string])[] = [];
  /** The mood of each room, which every join brings. */
  mood: string | null = null;
  /** Who is in each room: the subject, and what it shows. */
  people: readonly (readonly [who: string, state: unknown])[] = [];
  #events: SocketEvents | null = null;

  /** A client of this server. Its clock is the server's, so it stands still. */
  client(): ChatClient {
    return new ChatClient(this.options());
  }

  /** What such a client is made of. */
  options(): ClientOptions & { readonly socket: SocketFactory } {
    return {
      url: "ws://in.memory",
      clock: this.clock,
      random: () => 0.5,
      // Zones take jsdom's signals and those of Node for one kind.
      page: null,
      socket: (_url, _protocols, events) => {
        this.connections++;
        this.#events = events;
        queueMicrotask(() => {
          events.opened();
        });
        return {
          send: (text) => {
            this.#receive(JSON.parse(text) as Frame);
          },
          close: () => undefined,
        };
      },
    };
  }

  /** How often a frame came for an address. */
  count(tag: string, address: string): number {
    return this.frames.filter((frame) => frame[0] === tag && frame[2] === address).length;
  }

  /** An event for everybody at an address; one that is recorded has an offset. */
  post(body: string, address = "rooms/general", event = "posted", offset = 0): void {
    this.#say([`room.${event}`, offset, address, { body }]);
  }

  /** Somebody comes into a room whose people were listed before. */
  enter(who: string, state: unknown, address = "rooms/general"): void {
    this.people = [...this.people, [who, state]];
    const version = ["p", this.people.length];
    this.#say(["$presence", address, version, { count: this.people.length, join: [[who, state]] }]);
  }

  /** The outcome of the request with this body. */
  answer(body: string, outcome: { readonly reply: unknown } | { readonly code: string }): void {
    const request = this.frames.find(([tag, , , payload]) => tag === "room.send" && isSaying(payload, body));
    if (request === undefined) throw new Error(`nobody sent ${body}`);
    if ("reply" in outcome) this.#say(["$reply", request[1], outcome.reply]);
    else this.#say(["$error", request[1], { code: outcome.code, message: "no", retryable: false }]);
  }

  /** The connection breaks; the client comes back when its clock is turned. */
  drop(): void {
    this.#events?.closed(1006, "");
  }

  #say(frame: Frame): void {
    this.#events?.received(JSON.stringify(frame));
  }

  #receive(frame: Frame): void {
    const [tag, ref, address] = frame;
    if (tag === "$hello") {
      queueMicrotask(() => {
        this.#say(["$welcome", { session: "s1", version: 1, heartbeat: { every: 25, slack: 10 } }]);
      });
      return;
    }
    this.frames.push(frame);
    if (tag === "$join") this.#answerSoon(["$joined", ref, address, this.#joined()]);
    if (tag === "$history") this.#answerSoon(["$reply", ref, { epoch: "e1", events: this.#past(), more: false }]);
    if (tag === "$leave" || tag === "$state") this.#answerSoon(["$reply", ref, null]);
  }

  #answerSoon(frame: Frame): void {
    queueMicrotask(() => {
      this.#say(frame);
    });
  }

  #joined(): object {
    const { length: count } = this.people;
    return {
      ...{ epoch: "e1", offset: this.history.at(-1)?.[0] ?? 0, recovered: false, replay: 0 },
      ...{ presence: { version: ["p", count], count, members: this.people } },
      ...(this.mood === null ? {} : { state: [["room.mood", { body: this.mood }]] }),
    };
  }

  #past(): readonly unknown[] {
    return this.history.map(([offset, body]) => ["room.posted", offset, { body }]);
  }
}

function isSaying(payload: unknown, body: string): boolean {
  return JSON.stringify(payload) === JSON.stringify({ body });
}
