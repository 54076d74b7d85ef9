/** Plays a written conversation to a client, and writes down what the client does; `tests/conversations/README.md`. */
import {
  type ChannelSnapshot,
  ClosedError,
  type ClientOptions,
  DisconnectedError,
  JoinRefusedError,
  RealtimeError,
  RequestError,
  TimeoutError,
  positionOf,
} from "../../../templates/typescript/runtime/index.js";
import { type Client, FlaggedClient } from "../../../templates/typescript/runtime/codegen-v1.js";
import { makeBeforeBreak } from "../../../templates/typescript/runtime/moving.js";
import { ManualClock } from "../../../templates/typescript/runtime/testing.js";
import type { SocketEvents } from "../../../templates/typescript/runtime/transport.js";
import { type Talk, type Words, talk, talkFlags } from "./talk.js";

export type Step = readonly [happens: readonly unknown[], does: Readonly<Record<string, unknown>>];

export interface Script {
  readonly name: string;
  readonly prelude?: string;
  readonly random?: number;
  readonly token?: string;
  readonly tokens?: readonly (string | null)[];
  readonly steps: readonly Step[];
}

type Entry = readonly unknown[];

const EVENTS = ["said", "hint", "topic", "wave"] as const;
const WELCOME = { session: "s.1", version: "1.0.0", heartbeat: { every: 25, slack: 10 } };

export class Player {
  readonly #clock = new ManualClock();
  readonly #sockets: SocketEvents[] = [];
  readonly #refs = new Map<string, number>();
  readonly #rooms = new Map<
    string,
    { readonly room: Talk; readonly release: () => void; readonly offs: (() => void)[] }
  >();
  readonly #calls = new Map<string, AbortController>();
  readonly #client: Client;
  #wire: Entry[] = [];
  #app: Entry[] = [];
  #status: string[] = [];
  #shown = "idle";

  constructor({ random = 0.5, token, tokens }: Script) {
    let asked = 0;
    const next = (): Promise<string> => {
      const given = tokens?.[Math.min(asked++, tokens.length - 1)] ?? null;
      // A script counts an attempt that gets no token as one; this client opens no socket for it.
      const isAttempt = given === null && this.#shown !== "ready";
      if (isAttempt) this.#open("ws://here/", { opened: ignore, received: ignore, closed: ignore });
      return given === null ? Promise.reject(new Error("no token")) : Promise.resolve(given);
    };
    const source = tokens === undefined ? token : next;
    const options: ClientOptions = {
      url: "ws://here/",
      clock: this.#clock,
      page: null,
      moving: makeBeforeBreak,
      lingerMs: 0,
      random: () => random,
      socket: (url, _, events) => this.#open(url, events),
      onInvalid: ({ tag }) => this.#app.push(["invalid", tag]),
      ...(source !== undefined && { token: source }),
    };
    const client = new FlaggedClient({ name: "talk", version: "1.0.0", hash: "*" }, talkFlags, options);
    client.flags.subscribe(() => this.#app.push(["flags", client.flags.getSnapshot()]));
    this.#client = client;
    this.#client.connection.subscribe(() => {
      this.#connection();
    });
  }

  /** Lets one thing happen; gives what the client did about it, in the words of the script. */
  async play([kind, ...rest]: readonly unknown[]): Promise<Record<string, unknown>> {
    this.#wire = [];
    this.#app = [];
    this.#status = [];
    this.#happen(String(kind), rest);
    for (let turn = 0; turn < 30; turn++) await Promise.resolve();
    // Promises are settled by then, but tell of it a turn later than what has listeners.
    this.#app.sort((one, other) => Number(one[0] === "closed") - Number(other[0] === "closed"));
    const does: Record<string, unknown> = {};
    if (this.#wire.length > 0) does["wire"] = this.#wire;
    if (this.#app.length > 0) does["app"] = this.#app;
    if (this.#status.length > 0) does["status"] = this.#status;
    return does;
  }

  /** What was expected, with each `#name` as the number it stands for; a name that is new is what was sent. */
  resolved(expected: unknown, actual: unknown): unknown {
    if (expected === "*") return actual;
    if (typeof expected === "string" && expected.startsWith("#")) {
      if (!this.#refs.has(expected) && typeof actual === "number") this.#refs.set(expected, actual);
      return this.#refs.get(expected) ?? expected;
    }
    if (Array.isArray(expected)) {
      const [first] = expected as unknown[];
      const others: unknown[] = Array.isArray(actual) ? actual : [];
      if (first === "$hello") return ["$hello", hello(expected[1], others[1])];
      return expected.map((each, index) => this.resolved(each, others[index]));
    }
    if (typeof expected !== "object" || expected === null) return expected;
    const others = (actual ?? {}) as Record<string, unknown>;
    return Object.fromEntries(Object.entries(expected).map(([key, each]) => [key, this.resolved(each, others[key])]));
  }

  /** What a rejoin of a room would tell now. */
  position(address: string): unknown {
    const room = this.#rooms.get(address)?.room;
    const position = room === undefined ? null : positionOf(room);
    return [address, position?.epoch, position?.offset];
  }

  #open(url: string, events: SocketEvents): { send: (text: string) => void; close: (code: number) => void } {
    const socket = this.#sockets.push(events);
    this.#wire.push(url === "ws://here/" ? ["open", socket] : ["open", socket, url]);
    return {
      send: (text) => this.#wire.push(["send", socket, JSON.parse(text)]),
      close: (code) => this.#wire.push(["hang up", socket, code]),
    };
  }

  #happen(kind: string, rest: readonly unknown[]): void {
    const socket = this.#sockets[Number(rest[0]) - 1];
    if (kind === "start") this.#client.connect();
    else if (kind === "close") this.#client.close();
    else if (kind === "opened") socket?.opened();
    else if (kind === "frame") this.#frame(socket, rest[1]);
    else if (kind === "text") socket?.received(String(rest[1]));
    else if (kind === "lost") socket?.closed(Number(rest[1]), String(rest[2]));
    else if (kind === "wait") this.#clock.advance(Number(rest[0]) * 1000);
    else if (kind === "sleep") this.#clock.sleep(Number(rest[0]) * 1000);
    else if (kind === "join") this.#join(String(rest[0]), rest[1]);
    else if (kind === "leave") this.#leave(String(rest[0]));
    else if (kind === "request") this.#request(String(rest[0]), String(rest[1]), String(rest[2]), rest[3] as Words);
    else if (kind === "cancel") this.#calls.get(String(rest[0]))?.abort();
    else if (kind === "notify") this.#rooms.get(String(rest[1]))?.room.seen(rest[2] as Words);
    else throw new Error(`no player knows ${kind}`);
  }

  #frame(socket: SocketEvents | undefined, frame: unknown): void {
    const given = this.#filled(frame);
    const [tag, more] = Array.isArray(given) ? (given as unknown[]) : [given, {}];
    const whole = tag === "$welcome" ? ["$welcome", { ...WELCOME, ...(more as object) }] : given;
    const room = this.#rooms.get(Array.isArray(given) ? String(given[2]) : "")?.room;
    const before = room?.state.getSnapshot();
    socket?.received(JSON.stringify(whole));
    // A channel that moves to another connection has never been away for those who look at its status.
    if (tag === "$joined" && before?.status === "joined" && before !== room?.state.getSnapshot()) {
      this.#app.unshift(["joined", room?.address]);
    }
    if (tag === "$presence") this.#people(String(more));
  }

  #filled(frame: unknown): unknown {
    if (typeof frame === "string" && frame.startsWith("#")) {
      const [name = "", less] = frame.split("-");
      return (this.#refs.get(name) ?? 0) - (less === undefined ? 0 : Number(less));
    }
    if (Array.isArray(frame)) return frame.map((each) => this.#filled(each));
    if (typeof frame !== "object" || frame === null) return frame;
    return Object.fromEntries(Object.entries(frame).map(([key, each]) => [key, this.#filled(each)]));
  }

  #join(address: string, since: unknown): void {
    const room = this.#client.channel(talk, { name: address.slice("rooms/".length) });
    const offs = EVENTS.map((event) =>
      room.on(event, (payload, { offset }) => this.#app.push(["event", address, `room.${event}`, offset, payload])),
    );
    offs.push(room.onResync((reason) => this.#app.push(["resync", address, reason])));
    let before = room.state.getSnapshot();
    offs.push(
      room.state.subscribe(() => {
        const now = room.state.getSnapshot();
        this.#stands(address, before, now);
        before = now;
      }),
    );
    const position = Array.isArray(since) ? { epoch: String(since[0]), offset: Number(since[1]) } : null;
    this.#rooms.set(address, { room, release: room.retain({ since: position }), offs });
  }

  #leave(address: string): void {
    const { release, offs = [] } = this.#rooms.get(address) ?? {};
    for (const off of offs) off();
    release?.();
    this.#rooms.delete(address);
    this.#clock.advance(0);
  }

  #stands(address: string, before: ChannelSnapshot, now: ChannelSnapshot): void {
    if (!this.#rooms.has(address)) return;
    if (now.status === "joined" && before.status !== "joined") {
      this.#app.push(["joined", address]);
      const { members } = this.#rooms.get(address)?.room.presence.getSnapshot() ?? {};
      if (members !== undefined && members.size > 0) this.#people(address);
    }
    const isNew = now.error !== null && now.error !== before.error;
    if (isNew && now.status === "failed" && now.error.code !== "closed")
      this.#app.push(["ended", address, codeOf(now.error)]);
    else if (isNew && now.status === "joining") this.#app.push(["postponed", address, codeOf(now.error)]);
  }

  #people(address: string): void {
    const room = this.#rooms.get(address)?.room;
    if (room?.state.getSnapshot().status !== "joined") return;
    const { count, members, complete } = room.presence.getSnapshot();
    this.#app.push(["people", address, count, complete ? Object.fromEntries(members) : null]);
  }

  #request(name: string, tag: string, address: string, payload: Words): void {
    const calls = new AbortController();
    this.#calls.set(name, calls);
    const method = tag === "room.say" ? "say" : "count";
    this.#rooms
      .get(address)
      ?.room[method](payload, { signal: calls.signal })
      .then(
        (reply) => this.#app.push(["reply", name, reply]),
        (error: unknown) => {
          const outcome = outcomeOf(error);
          if (outcome !== null) this.#app.push([outcome[0], name, ...outcome.slice(1)]);
        },
      );
  }

  #connection(): void {
    const { status, reason } = this.#client.connection.getSnapshot();
    if (status === this.#shown) return;
    this.#shown = status;
    this.#status.push(status);
    if (status === "closed") this.#app.push(["closed", reason?.code ?? 1000]);
  }
}

function ignore(): void {
  // Nobody tells a socket that was never opened.
}

/** Of a greeting only what is written counts; `null` says that a key is absent. */
function hello(expected: unknown, actual: unknown): unknown {
  const others = { ...(actual as Record<string, unknown>) };
  for (const [key, each] of Object.entries(expected as Record<string, unknown>)) {
    if (each !== null) others[key] = each;
    else if (key in others) others[key] = "is there, and should not be";
  }
  return others;
}

function codeOf(error: RealtimeError): string {
  return error instanceof JoinRefusedError ? error.reason : error.code;
}

function outcomeOf(error: unknown): readonly string[] | null {
  if (error instanceof RequestError) return ["error", error.code];
  if (error instanceof TimeoutError) return ["timeout"];
  if (error instanceof ClosedError) return ["unknown"];
  if (error instanceof DisconnectedError) return [error.sent ? "unknown" : "not sent"];
  return null;
}
