/** A small contract, declared as generated code declares one, and a client of it that nobody answers but the test. */
import { type Channel, type ClientOptions, type RequestOptions } from "../../../templates/typescript/runtime/index.js";
import {
  type Check,
  type ChannelDefinition,
  Client,
  checkAnything,
  defineChannel,
  isObject,
  isText,
} from "../../../templates/typescript/runtime/codegen-v1.js";
import { makeBeforeBreak } from "../../../templates/typescript/runtime/moving.js";
import { ManualClock, type MemoryConnection, MemoryNetwork } from "../../../templates/typescript/runtime/testing.js";

export interface Body {
  readonly body: string;
}
export type RoomEvents = { readonly posted: Body; readonly typing: Body; readonly bell: null };
export type RoomRequests = { readonly send: { readonly payload: Body; readonly reply: Body } };
export interface Room extends Channel<RoomEvents, RoomRequests> {
  send(payload: Body, options?: RequestOptions): Promise<Body>;
  seen(payload: Body): "sent" | "queued";
  typing(payload: Body): "sent" | "dropped";
}
export interface RoomParams {
  readonly roomId: string;
}

export const checkBody: Check = (value, at) => {
  if (!isObject(value)) return at?.needs("type", "object") ?? false;
  if (!isText(value["body"])) return at?.needs("type", "string", "body") ?? false;
  return value["body"] !== "" || (at?.needs("minLength", 1, "body") ?? false);
};

const checkParams: Check = (value, at) =>
  !isObject(value) || value["roomId"] !== "NO" || (at?.needs("pattern", /small/, "roomId") ?? false);

const checkUntil: Check = (value, at) => isText(value) || (at?.needs("type", "string") ?? false);

export const room: ChannelDefinition<Room, RoomParams> = defineChannel({
  name: "room",
  address: "rooms/{roomId}",
  parameters: checkParams,
  requests: { send: { check: checkBody, reply: checkBody, errors: { muted: checkUntil }, timeoutMs: 10_000 } },
  notices: { seen: { check: checkBody } },
  relays: { typing: { check: checkBody } },
  events: { posted: { check: checkBody }, bell: { check: checkAnything } },
});

export const ADDRESS = "rooms/general";

/** A client and its surroundings. `random` is always a half. */
export class Bench {
  readonly clock = new ManualClock();
  readonly network = new MemoryNetwork();
  readonly client: Client;
  readonly room: Room;

  constructor(options: Partial<ClientOptions> = {}) {
    this.client = new Client(
      { name: "chat", version: "1.0.0", hash: "0123456789abcdef" },
      {
        url: "ws://test",
        socket: this.network.socket,
        clock: this.clock,
        random: () => 0.5,
        page: null,
        moving: makeBeforeBreak,
        ...options,
      },
    );
    this.room = this.client.channel(room, { roomId: "general" });
  }

  get connection(): MemoryConnection {
    return this.network.latest;
  }

  /** Lets the newest connection be opened and welcomed. */
  welcome(): MemoryConnection {
    this.connection.accept();
    this.connection.send(["$welcome", { session: "me", version: "1.0.0", heartbeat: { every: 25, slack: 10 } }]);
    return this.connection;
  }

  /** Answers the newest join. */
  letIn(answer: object = {}): void {
    const ref = this.connection.framesOf("$join").at(-1)?.[1];
    this.connection.send(["$joined", ref, ADDRESS, { epoch: "e", offset: 0, recovered: false, replay: 0, ...answer }]);
  }

  /** Everything up to a joined room; returns what lets it go. */
  joined(answer: object = {}): () => void {
    const release = this.room.retain();
    this.welcome();
    this.letIn(answer);
    return release;
  }

  /** As many holders come and go, one after the other, and one stays. */
  welcomeAll(mounts: number): void {
    for (let mount = 0; mount < mounts; mount++) {
      const release = this.room.retain();
      if (mount < mounts - 1) release();
    }
    this.welcome();
    this.letIn();
    this.clock.advance(10_000);
  }

  /** An event of the room. */
  post(offset: number, payload: unknown = { body: `message ${String(offset)}` }, event = "posted"): void {
    this.connection.send([`room.${event}`, offset, ADDRESS, payload]);
  }

  /** The connection is lost, and a new one is there and welcomed. */
  reconnect(code = 1006): MemoryConnection {
    this.connection.drop(code);
    this.untilNext();
    return this.welcome();
  }

  /** Lets time pass until there is another connection; returns the milliseconds it took. */
  untilNext(): number {
    const before = this.network.connections.length;
    for (let waited = 1; waited <= 20_000; waited++) {
      this.clock.advance(1);
      if (this.network.connections.length > before) return waited;
    }
    throw new Error("the client did not come back");
  }

  /** The frames of the newest connection after the greeting. */
  get sent(): (readonly unknown[])[] {
    return this.connection.sent.filter(([tag]) => tag !== "$hello");
  }
}

/** What a promise was rejected with. */
export async function rejection(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error("the promise was not rejected");
}
