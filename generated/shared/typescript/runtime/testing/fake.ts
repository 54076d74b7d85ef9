/** A client of a contract with a server in memory: what `createFake…` of a generated `testing.ts` makes. */
import type { AnyChannel } from "../channel.js";
import type { Client } from "../client.js";
import { type Clock, systemClock } from "../clock.js";
import { fillAddress } from "../definition.js";
import { throwLater } from "../emitter.js";
import { RequestError } from "../errors.js";
import type { ClientOptions } from "../options.js";
import type { ChannelFacts, Facts } from "./channel-facts.js";
import { Examples } from "./examples.js";
import type { Answer } from "./fake-answers.js";
import { type ServerEnd, RoomEnd } from "./server-end.js";
import { FakePage } from "./fake-page.js";
import type { FakeRoom } from "./fake-room.js";
import { FakeServer } from "./fake-server.js";
import { ManualClock } from "./manual-clock.js";
import type { SpokenFrame } from "./memory-network.js";
import { Mock, type MockOptions } from "./mock.js";

/** Clients that hear of the network come back at a random moment of this time. */
const HINT_MS = 1_000;

/** So many turns of the microtask queue without work of ours, and what follows from it is taken to be done. */
const CALM_TURNS = 50;

/** Options of clients that a test may set: the others are the fake's own. */
export type FakeClientOptions = Partial<Omit<ClientOptions, "clock" | "page" | "random" | "socket">>;

export interface TestingOptions {
  /** Plays the contract's examples: answers, joins and events that no test decides. */
  readonly mock?: boolean | MockOptions;
  /** `"virtual"` stands still until `advance`; `"real"` is the platform's. @default "real" with `mock`, else "virtual" */
  readonly time?: "virtual" | "real";
  /** Milliseconds that each message takes to the server. @default 0 */
  readonly latencyMs?: number;
  readonly client?: FakeClientOptions;
  /** Told of handlers that throw or break the contract; by default it surfaces as an uncaught error. */
  readonly onProblem?: (error: unknown) => void;
}

/** Gives the server's end of a channel at an address. */
export type OpenFake = <Handle extends AnyChannel>(facts: ChannelFacts<Handle>, params: object) => ServerEnd<Handle>;

/** What a contract's `testing.ts` gives. */
export interface FakeContract<C extends Client, Channels> {
  readonly create: (options: ClientOptions) => C;
  readonly facts: readonly Facts[];
  /** All that each flag can be, in a contract that has some. */
  readonly flags?: Readonly<Record<string, readonly unknown[]>>;
  readonly channels: (open: OpenFake) => Channels;
}

export class Fake<C extends Client, Channels, Flags extends object = object> {
  /** The client under test: the real one, on a connection in memory. */
  readonly client: C;
  /** The channels, by name and address, as their server has them. */
  readonly channels: Channels;
  /** What the browser tells the clients. */
  readonly page: FakePage = new FakePage();
  readonly #contract: FakeContract<C, Channels>;
  readonly #options: TestingOptions;
  readonly #server: FakeServer;
  readonly #manual: ManualClock | null;
  readonly #mock: Mock | null;
  readonly #clients: C[] = [];

  constructor(contract: FakeContract<C, Channels>, options: TestingOptions = {}) {
    const { mock = false, time = mock === false ? "virtual" : "real" } = options;
    this.#contract = contract;
    this.#options = options;
    this.#manual = time === "virtual" ? new ManualClock() : null;
    this.#mock = mock === false ? null : new Mock(mock === true ? {} : mock, this.#clock, () => this.#server);
    this.#server = this.#makeServer();
    const examples = new Examples(1);
    this.channels = contract.channels(<Handle extends AnyChannel>(facts: Facts, params: object) => {
      const address = fillAddress(facts.definition.address, Object.fromEntries<unknown>(Object.entries(params)));
      const end: unknown = new RoomEnd(this.#server.room(facts, address), this.#server, examples);
      // The facts tie the names that it knows to the types of the handle.
      return end as ServerEnd<Handle>;
    });
    this.client = this.createClient();
  }

  /** Another client of the same server: for what people do together. */
  createClient(options: FakeClientOptions = {}): C {
    const client = this.#contract.create({
      url: "ws://fake.invalid",
      client: `client-${String(this.#clients.length + 1)}`,
      ...this.#options.client,
      ...options,
      ...{ socket: this.#server.socket, clock: this.#clock, page: this.page, random: () => 0.5 },
    });
    this.#clients.push(client);
    return client;
  }

  /** All that was said, oldest first: as the protocol has it. */
  get frames(): readonly SpokenFrame[] {
    return this.#server.frames;
  }

  /** Waits until all that needs no time has happened: connecting, joining, answers that are there. */
  async settled(): Promise<void> {
    for (let calm = 0; calm < CALM_TURNS;) {
      const { done } = this.#server;
      this.#manual?.advance(0);
      await Promise.resolve();
      calm = this.#server.done === done && this.#server.pending === 0 ? calm + 1 : 0;
    }
  }

  /** Lets virtual time pass, and all that happens in it: attempts to reconnect, timeouts, events of the mock. */
  async advance(milliseconds: number): Promise<void> {
    const clock = this.#virtual("advance");
    const end = clock.now() + milliseconds;
    await this.settled();
    for (let next = clock.next; next !== null && next <= end; next = clock.next) {
      clock.advance(next - clock.now());
      await this.settled();
    }
    clock.advance(end - clock.now());
    await this.settled();
  }

  /** Lets virtual time pass while the computer sleeps: what fell due meanwhile happens at the end, late. */
  async sleep(milliseconds: number): Promise<void> {
    this.#virtual("sleep").sleep(milliseconds);
    await this.settled();
  }

  /** Ends the connection. The client comes back as the close code says: let time pass. */
  drop(code = 1006, reason = ""): void {
    this.#server.drop(code, reason);
  }

  /** The network is gone: the connection ends, and attempts to come back fail. */
  offline(): void {
    this.#server.reachable(false);
    this.#server.drop(1006, "");
    this.page.tell("offline");
  }

  /** The network is back, and the browser says so: clients come back within a second, which passes if time is virtual. */
  async online(): Promise<void> {
    this.#server.reachable(true);
    this.page.tell("online");
    await (this.#manual === null ? this.settled() : this.advance(HINT_MS));
  }

  /**
   * Sets flags for all clients, and tells those that are connected. Everything is off until a test says otherwise; what
   * stands behind a flag that is off is refused with `flag_off`, and not heard.
   */
  setFlags(flags: Partial<Flags>): void {
    this.#server.setFlags({ ...flags });
  }

  /** One of the contract's examples in each channel that is joined; with `mock` only. */
  play(): void {
    if (this.#mock === null) throw new Error("only a mock plays: make the fake with `mock: true`");
    this.#mock.play();
  }

  /** Ends all clients, and what the mock would still play. */
  close(): void {
    this.#mock?.stop();
    for (const each of this.#clients) each.close();
  }

  get #clock(): Clock {
    return this.#manual ?? systemClock;
  }

  #virtual(verb: string): ManualClock {
    if (this.#manual === null) throw new Error(`${verb}: time is real here; make the fake with \`time: "virtual"\``);
    return this.#manual;
  }

  #makeServer(): FakeServer {
    const { latencyMs = 0, onProblem = throwLater } = this.#options;
    return new FakeServer({
      channels: this.#contract.facts,
      flags: this.#contract.flags ?? {},
      clock: this.#clock,
      latencyMs,
      onProblem,
      unanswered: (room, name) => this.#mock?.answer(room, name) ?? unanswered(room, name),
      onRoom: (room) => {
        this.#mock?.furnish(room);
      },
      onJoin: (room) => {
        this.#mock?.start(room);
      },
    });
  }
}

function unanswered(room: FakeRoom, name: string): Answer {
  const message = `the test has no answer to ${room.tagOf(name)} at ${room.address}: give one with answer() or refuse()`;
  return () => {
    throw new RequestError({ code: "unknown_event", message, retryable: false, retryAfter: null, data: null });
  };
}
