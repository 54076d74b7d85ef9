/** A server in memory that speaks docs/protocol.md with every client of one contract, and does what a test tells it. */
import { checkNull, findDeepIssues } from "../checks.js";
import type { Clock } from "../clock.js";
import type { EventDefinition, RequestDefinition } from "../definition.js";
import { isCount } from "../frames.js";
import type { SocketFactory } from "../transport.js";
import { isObject } from "../values.js";
import type { Facts } from "./channel-facts.js";
import { type Answer, FakeAnswers, type Outcome } from "./fake-answers.js";
import { FakeFlags } from "./fake-flags.js";
import type { FakePeople } from "./fake-people.js";
import { FakeRoom, type Refusal } from "./fake-room.js";
import { type MemoryConnection, MemoryNetwork, type SpokenFrame } from "./memory-network.js";

/** What the server is made for. */
export interface FakeServerSettings {
  readonly channels: readonly Facts[];
  readonly clock: Clock;
  /** Milliseconds from a frame's leaving to its being read. */
  readonly latencyMs: number;
  /** Told of handlers that fail. */
  readonly onProblem: (error: unknown) => void;
  /** What becomes of requests that no test answers. */
  readonly unanswered: (room: FakeRoom, name: string) => Answer;
  /** Told of each new address, before anybody joins it. */
  readonly onRoom: (room: FakeRoom) => void;
  /** All that each flag can be, in a contract that has some. */
  readonly flags: Readonly<Record<string, readonly unknown[]>>;
  /** Told of each join. */
  readonly onJoin: (room: FakeRoom) => void;
}

interface Guest {
  readonly client: string;
  readonly session: string;
}

export class FakeServer {
  readonly rooms: Map<string, FakeRoom> = new Map();
  readonly #settings: FakeServerSettings;
  readonly #network: MemoryNetwork;
  readonly #answers: FakeAnswers;
  readonly #flags: FakeFlags;
  readonly #guests = new Map<MemoryConnection, Guest>();
  readonly #sessions = new Map<string, string>();
  readonly #lastRefs = new Map<string, number>();
  #isReachable = true;
  /** How much it has done, and has still to do without time passing: who waits for it to be done compares. */
  done = 0;
  pending = 0;

  constructor(settings: FakeServerSettings) {
    this.#settings = settings;
    this.#answers = new FakeAnswers(settings.onProblem);
    this.#flags = new FakeFlags(settings.flags);
    this.#network = new MemoryNetwork(
      (connection) => {
        this.#later(() => {
          this.#opened(connection);
        });
      },
      (connection, frame) => {
        this.#later(() => {
          if (connection.isOpen) this.#take(connection, frame);
        });
      },
      (connection) => {
        this.#forget(connection);
      },
    );
  }

  get socket(): SocketFactory {
    return this.#network.socket;
  }

  /** Every connection that was ever asked for, oldest first. */
  get connections(): readonly MemoryConnection[] {
    return this.#network.connections;
  }

  /** All that was said. */
  get frames(): readonly SpokenFrame[] {
    return this.#network.frames;
  }

  /** The address of a channel with its parameters filled in, whether somebody has joined it or not. */
  room(facts: Facts, address: string): FakeRoom {
    let room = this.rooms.get(address);
    if (room === undefined) {
      room = new FakeRoom(facts, address);
      this.rooms.set(address, room);
      this.#settings.onRoom(room);
    }
    return room;
  }

  /** Tells everybody at an address; says whether anybody heard it now. */
  say(room: FakeRoom, name: string, payload: unknown, by?: string): boolean {
    room.mustSay(name, payload);
    const offset = room.keep(name, payload);
    if (this.#flags.hides(room.facts, name)) return false;
    return room.broadcast([room.tagOf(name), offset, room.address, payload, ...(by === undefined ? [] : [{ by }])]);
  }

  /** Sets flags for all clients, and tells them what is new; who may not be somewhere any more is put out. */
  setFlags(values: Readonly<Record<string, unknown>>): void {
    const rooms = [...this.rooms.values()];
    const hidden = new Map(rooms.map((room) => [room, this.#hiddenIn(room)]));
    const changed = this.#flags.set(values);
    if (Object.keys(changed).length === 0) return;
    for (const connection of this.#guests.keys()) connection.send(["$flags", changed]);
    for (const room of rooms) {
      if (this.#flags.shuts(room.facts)) this.putOut(room, "flag_off", "never");
      const isNew = (name: string): boolean =>
        hidden.get(room)?.has(name) === true && !this.#flags.hides(room.facts, name);
      for (const [tag, payload] of room.newest(isNew)) room.broadcast([tag, 0, room.address, payload]);
    }
  }

  #hiddenIn({ facts }: FakeRoom): ReadonlySet<string> {
    return new Set(Object.keys(facts.flags ?? {}).filter((name) => this.#flags.hides(facts, name)));
  }

  /** Ends every connection. Whether there can be others is another question. */
  drop(code: number, reason: string): void {
    for (const connection of this.connections.filter(({ isOpen }) => isOpen)) {
      this.#forget(connection);
      connection.drop(code, reason);
    }
  }

  /** Whether connections can be made. */
  reachable(isReachable: boolean): void {
    this.#isReachable = isReachable;
  }

  /** Ends every membership of an address. */
  putOut(room: FakeRoom, code: string, again: string): void {
    for (const [connection, ref] of [...room.members]) {
      room.members.delete(connection);
      connection.send(["$left", ref, room.address, { code, again }]);
    }
  }

  /** Never in the call that caused it: what a network carries comes later. */
  #later(work: () => void): void {
    const { clock, latencyMs } = this.#settings;
    if (latencyMs > 0) {
      clock.after(latencyMs, work);
      return;
    }
    this.pending++;
    void Promise.resolve().then(() => {
      this.pending--;
      this.done++;
      work();
    });
  }

  #opened(connection: MemoryConnection): void {
    if (this.#isReachable) connection.accept();
    else connection.drop();
  }

  #forget(connection: MemoryConnection): void {
    this.#guests.delete(connection);
    for (const room of this.rooms.values()) room.members.delete(connection);
  }

  #take(connection: MemoryConnection, frame: readonly unknown[]): void {
    const [tag, ref, address, body] = frame;
    if (tag === "$hello") {
      this.#welcome(connection, isObject(ref) ? String(ref["client"]) : "");
      return;
    }
    if (tag === "$ping") connection.send(["$pong", ref]);
    const guest = this.#guests.get(connection);
    if (guest === undefined || typeof tag !== "string" || !isCount(ref) || tag === "$ping" || tag === "$pong") return;
    const { client } = guest;
    this.#lastRefs.set(client, Math.max(ref, this.#lastRefs.get(client) ?? 0));
    if (tag === "$auth") connection.send(["$reply", ref, {}]);
    else if (tag === "$join") this.#join(connection, guest, ref, String(address), body);
    else if (tag === "$leave") this.#leave(connection, guest, ref, String(address));
    else this.#inside(connection, guest, frame);
  }

  #welcome(connection: MemoryConnection, client: string): void {
    const session = this.#sessions.get(client) ?? `session-${String(this.#sessions.size + 1)}`;
    this.#sessions.set(client, session);
    this.#guests.set(connection, { client, session });
    const heartbeat = { every: 25, slack: 10 };
    const lastRef = this.#lastRefs.get(client);
    connection.send([
      "$welcome",
      {
        ...{ session, version: "0.0.0", heartbeat, limits: {}, capabilities: [], ...this.#flags.told },
        ...(lastRef !== undefined && { lastRef }),
      },
    ]);
  }

  #join(connection: MemoryConnection, { session }: Guest, ref: number, address: string, asked: unknown): void {
    const room = this.#roomAt(address);
    if (room === null) {
      refuse(connection, ref, { code: "unknown_address", message: `the contract has no channel at ${address}` });
      return;
    }
    if (this.#flags.shuts(room.facts)) {
      refuse(connection, ref, { code: "flag_off", message: `${address} is behind a flag that is off` });
      return;
    }
    if (room.refusal !== null) {
      refuse(connection, ref, room.refusal);
      return;
    }
    const isSeen = (name: string): boolean => !this.#flags.hides(room.facts, name);
    const since = isObject(asked) ? asked["since"] : undefined;
    for (const frame of room.joined(ref, since, isSeen)) connection.send(frame);
    room.members.set(connection, ref);
    room.wasJoined = true;
    if (room.facts.presence === checkNull) room.people?.show(session, null);
    this.#settings.onJoin(room);
  }

  #leave(connection: MemoryConnection, { session }: Guest, ref: number, address: string): void {
    const room = this.rooms.get(address);
    room?.members.delete(connection);
    room?.people?.leave(session);
    connection.send(["$reply", ref, null]);
  }

  /** What is for members only. */
  #inside(connection: MemoryConnection, guest: Guest, [tag, ref, address, body]: readonly unknown[]): void {
    const room = this.rooms.get(String(address));
    if (typeof tag !== "string" || !isCount(ref)) return;
    if (room?.members.has(connection) !== true) {
      refuse(connection, ref, { code: "not_joined", message: `${tag}: this client has not joined ${String(address)}` });
    } else if (tag === "$history") {
      connection.send(["$reply", ref, room.page(body)]);
    } else if (tag === "$members" && room.people !== null) {
      connection.send(["$reply", ref, room.people.page]);
    } else if (tag === "$state" && room.people !== null) {
      this.#show(connection, guest, room.people, ref, body);
    } else {
      this.#event(connection, guest, room, tag, ref, body);
    }
  }

  #show(connection: MemoryConnection, { session }: Guest, people: FakePeople, ref: number, state: unknown): void {
    const issues = people.issues(state);
    if (issues.length > 0) {
      refuse(connection, ref, { code: "invalid", message: "the state is not what the contract says", data: issues });
      return;
    }
    people.shown.push(state);
    people.show(session, state);
    connection.send(["$reply", ref, null]);
  }

  #event(connection: MemoryConnection, guest: Guest, room: FakeRoom, tag: string, ref: number, payload: unknown): void {
    const { name: channel, requests, notices, relays } = room.facts.definition;
    const name = tag.slice(channel.length + 1);
    const all: Readonly<Record<string, RequestDefinition | EventDefinition | undefined>>[] = [
      requests,
      notices,
      relays,
    ];
    const definition = all.find((each) => Object.hasOwn(each, name))?.[name];
    if (definition === undefined) {
      refuse(connection, ref, { code: "unknown_event", message: `the contract has no ${tag}` });
      return;
    }
    if (this.#flags.hides(room.facts, name)) {
      refuse(connection, ref, { code: "flag_off", message: `${tag} is behind a flag that is off` });
      return;
    }
    const issues = findDeepIssues(definition.check, payload, "all");
    if (issues.length > 0) {
      refuse(connection, ref, { code: "invalid", message: `${tag} is not what the contract says`, data: issues });
      return;
    }
    if ("reply" in definition) {
      void this.#ask(connection, guest, room, name, ref, definition, payload);
      return;
    }
    room.sent.push({ name, payload });
    if (Object.hasOwn(relays, name)) this.#relay(connection, guest, room, tag, payload);
  }

  #relay(connection: MemoryConnection, { session }: Guest, room: FakeRoom, tag: string, payload: unknown): void {
    room.broadcast([tag, 0, room.address, payload, { by: session }], connection);
  }

  async #ask(
    connection: MemoryConnection,
    { client }: Guest,
    room: FakeRoom,
    name: string,
    ref: number,
    definition: RequestDefinition,
    payload: unknown,
  ): Promise<void> {
    const answer: Answer = (given, call) => {
      room.sent.push({ name, payload: given });
      return (room.answers.get(name) ?? this.#settings.unanswered(room, name))(given, call);
    };
    const asked = { tag: room.tagOf(name), definition, payload, retryable: room.facts.retryable };
    const outcome = await this.#answers.outcome(`${client} ${String(ref)}`, asked, answer);
    this.done++;
    if (connection.isOpen) connection.send(answerFrame(ref, outcome));
  }

  #roomAt(address: string): FakeRoom | null {
    const facts = this.#settings.channels.find(({ definition }) => isAddressOf(definition.address, address));
    return facts === undefined ? null : this.room(facts, address);
  }
}

function answerFrame(ref: number, outcome: Outcome): readonly unknown[] {
  if ("reply" in outcome) return ["$reply", ref, outcome.reply];
  const { code, message, retryable = false, retryAfter, data } = outcome.error;
  return ["$error", ref, { code, message, retryable, ...(retryAfter == null ? {} : { retryAfter }), data }];
}

function refuse(connection: MemoryConnection, ref: number, refusal: Partial<Refusal>): void {
  connection.send(["$error", ref, { retryable: false, ...refusal }]);
}

/** Whether an address is one of a template's: parameters fill whole segments, with at least one character each. */
function isAddressOf(template: string, address: string): boolean {
  const wanted = template.split("/");
  const given = address.split("/");
  return (
    wanted.length === given.length &&
    wanted.every((part, index) => (part.startsWith("{") ? given[index] !== "" : part === given[index]))
  );
}
