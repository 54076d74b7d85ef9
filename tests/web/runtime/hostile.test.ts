/** The rows of group G, client runtime: what networks, browsers, servers and users do to a client. */
import { describe, expect, it, vi } from "vitest";

import {
  type Page,
  type PageEvent,
  UnauthorizedError,
  createEventLog,
} from "../../../templates/typescript/runtime/index.js";
import { browserPage } from "../../../templates/typescript/runtime/browser-page.js";
import { ADDRESS, Bench } from "./room.js";

async function settled(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await Promise.resolve();
}

/** A page whose hints a test gives. */
class ManualPage implements Page {
  hidden = false;
  readonly watchers = new Set<(event: PageEvent) => void>();

  isHidden(): boolean {
    return this.hidden;
  }

  watch(tell: (event: PageEvent) => void): () => void {
    this.watchers.add(tell);
    return () => this.watchers.delete(tell);
  }

  tell(event: PageEvent): void {
    if (event === "hidden" || event === "visible") this.hidden = event === "hidden";
    for (const watcher of [...this.watchers]) watcher(event);
  }
}

function pageBench(options: ConstructorParameters<typeof Bench>[0] = {}): { bench: Bench; page: ManualPage } {
  const page = new ManualPage();
  return { bench: new Bench({ page, ...options }), page };
}

const status = (bench: Bench): string => bench.client.connection.getSnapshot().status;

describe("G1: a server that says what makes no sense", () => {
  it("is counted and told; the position goes on, nothing breaks", () => {
    const invalid = vi.fn();
    const unknown = vi.fn();
    const heard: number[] = [];
    const bench = new Bench({ onInvalid: invalid, onUnknown: unknown });
    bench.room.on("posted", (_, { offset }) => heard.push(offset));
    bench.joined({ offset: 3 });
    bench.post(4, { body: 5 });
    bench.connection.send(["room.unheardOf", 5, ADDRESS, {}]);
    bench.post(9);
    bench.post(7);
    bench.connection.send(["$joined", 999, ADDRESS, { epoch: "old", offset: 1, recovered: true, replay: 0 }]);
    bench.connection.send(["$joined", 999, "rooms/nobody", { epoch: "old", offset: 1, recovered: true, replay: 0 }]);
    bench.post(10);
    expect(heard).toEqual([9, 10]);
    expect(invalid).toHaveBeenCalledOnce();
    expect(unknown).toHaveBeenCalledExactlyOnceWith({ kind: "event", tag: "room.unheardOf" });
    bench.reconnect();
    expect(bench.sent[0]?.[3]).toEqual({ since: ["e", 10] });
  });
});

describe("G2: a hostile server", () => {
  it("can't make it recurse, and its words stay text", () => {
    const bench = new Bench();
    bench.joined();
    bench.connection.sendText(`["room.posted",1,"${ADDRESS}",${"[".repeat(50_000)}${"]".repeat(50_000)}]`);
    expect(status(bench)).toBe("ready");
    bench.connection.drop(4400, "<img src=x onerror=alert(1)>");
    expect(bench.client.connection.getSnapshot().reason?.message).toBe("<img src=x onerror=alert(1)>");
  });

  it("that promises a replay without end is still bounded: one position, no buffer", () => {
    const bench = new Bench();
    bench.joined({ offset: 0 });
    bench.reconnect();
    bench.letIn({ offset: 1e15, recovered: true, replay: 1e15 });
    for (let offset = 1; offset <= 1_000; offset++) bench.post(offset);
    expect(bench.room.state.getSnapshot()).toMatchObject({ status: "joined", caughtUp: false });
    expect(bench.clock.waiting).toBeLessThanOrEqual(3);
  });
});

describe("G3: networks and sleep", () => {
  it("asks after an hour of sleep, and comes back when nobody answers", () => {
    const { bench } = pageBench();
    bench.joined();
    bench.clock.sleep(3_600_000);
    expect(bench.sent.at(-1)?.[0]).toBe("$ping");
    const dead = bench.connection;
    bench.clock.advance(2_000);
    expect(dead.closedWith).toBe(4001);
    expect(status(bench)).toBe("reconnecting");
  });

  it("goes on where it was if the connection survived", () => {
    const { bench } = pageBench();
    bench.joined();
    bench.clock.sleep(3_600_000);
    bench.connection.send(["$pong", 1]);
    bench.clock.advance(10_000);
    expect(bench.network.connections).toHaveLength(1);
    expect(status(bench)).toBe("ready");
  });

  it("takes `offline` for a hint: it asks, and stays if it is answered", () => {
    const { bench, page } = pageBench();
    bench.joined();
    page.tell("offline");
    expect(bench.sent.at(-1)?.[0]).toBe("$ping");
    bench.connection.send(["$pong", 1]);
    bench.clock.advance(5_000);
    expect(status(bench)).toBe("ready");
    page.tell("offline");
    bench.clock.advance(2_000);
    expect(status(bench)).toBe("reconnecting");
  });

  it("comes back within a second of `online`, and starts an attempt anew", () => {
    const { bench, page } = pageBench({ random: () => 0.999 });
    bench.client.connect();
    for (let failure = 0; failure < 6; failure++) {
      bench.connection.drop();
      bench.untilNext();
    }
    bench.connection.drop();
    page.tell("online");
    expect(bench.untilNext()).toBeLessThanOrEqual(1_000);
    const stuck = bench.connection;
    page.tell("online");
    expect(stuck.closedWith).toBe(4001);
    expect(bench.connection).not.toBe(stuck);
  });

  it("does not come before the server wants to see it, whatever the page tells", () => {
    const { bench, page } = pageBench();
    bench.client.connect();
    bench.connection.accept();
    const told = { code: "overloaded", message: "too many come at once", retryable: true, retryAfter: 12 };
    bench.connection.send(["$error", 0, told]);
    bench.connection.drop(4100);
    page.tell("online");
    page.tell("visible");
    expect(bench.untilNext()).toBe(12_000);
  });

  it("does not try while nobody looks, unless told to", () => {
    const { bench, page } = pageBench();
    bench.joined();
    page.tell("hidden");
    expect(status(bench)).toBe("ready");
    bench.connection.drop();
    bench.clock.advance(3_600_000);
    expect(bench.network.connections).toHaveLength(1);
    expect(bench.client.connection.getSnapshot()).toMatchObject({ nextAttemptAt: null, stalled: true });
    page.tell("visible");
    bench.clock.advance(1_000);
    expect(bench.network.connections).toHaveLength(2);
    const keeping = pageBench({ background: "keep" });
    keeping.bench.joined();
    keeping.page.tell("hidden");
    keeping.bench.connection.drop();
    expect(keeping.bench.untilNext()).toBeLessThanOrEqual(1_000);
  });

  it("lets go of its socket for the back/forward cache, and comes back with its positions", () => {
    const { bench, page } = pageBench();
    bench.joined({ offset: 7 });
    page.tell("away");
    expect(bench.connection.closedWith).toBe(4001);
    bench.clock.advance(60_000);
    expect(bench.network.connections).toHaveLength(1);
    page.tell("back");
    bench.untilNext();
    bench.welcome();
    expect(bench.sent[0]?.[3]).toEqual({ since: ["e", 7] });
    page.tell("resumed");
    expect(bench.sent.at(-1)?.[0]).toBe("$ping");
  });

  it("is stalled only after some seconds", () => {
    const { bench } = pageBench({ random: () => 0.999 });
    bench.joined();
    bench.connection.drop();
    expect(bench.client.connection.getSnapshot().stalled).toBe(false);
    bench.clock.advance(4_000);
    expect(bench.client.connection.getSnapshot().stalled).toBe(true);
  });
});

describe("G4: in and out in no time", () => {
  it("opens one socket, and leaves nothing behind", () => {
    const { bench, page } = pageBench();
    bench.client.connect();
    bench.client.close();
    bench.client.connect();
    expect(bench.network.connections.filter(({ closedWith }) => closedWith === null)).toHaveLength(1);
    bench.network.connections[0]?.accept();
    expect(bench.network.connections[0]?.sent).toEqual([]);
    bench.client.close();
    expect(bench.clock.waiting).toBe(0);
    expect(page.watchers.size).toBe(0);
  });

  it("a thousand mounts join once", () => {
    const bench = new Bench();
    bench.welcomeAll(1_000);
    expect(bench.connection.framesOf("$join")).toHaveLength(1);
  });
});

describe("G5: a token getter that lets one down", () => {
  it("hangs: the attempt ends, and it is asked again, not at once and not forever", async () => {
    const getter = vi.fn(() => new Promise<string>(() => undefined));
    const bench = new Bench({ token: getter });
    bench.client.connect();
    bench.clock.advance(9_000);
    await settled();
    expect(status(bench)).toBe("reconnecting");
    bench.clock.advance(60_000);
    await settled();
    expect(getter.mock.calls.length).toBeLessThan(8);
    expect(bench.network.connections).toEqual([]);
  });

  it("says that nobody is signed in: closed", async () => {
    const bench = new Bench({ token: () => Promise.reject(new UnauthorizedError()) });
    bench.room.retain();
    await settled();
    expect(bench.client.connection.getSnapshot()).toMatchObject({ status: "closed", reason: { code: 0 } });
    expect(bench.clock.waiting).toBe(0);
  });

  it("gives what has expired, again and again: closed, not a loop", async () => {
    const getter = vi.fn(() => Promise.resolve("expired"));
    const bench = new Bench({ token: getter });
    bench.client.connect();
    for (let attempt = 0; attempt < 5; attempt++) {
      await settled();
      bench.network.connections.at(-1)?.accept();
      bench.network.connections.at(-1)?.drop(4200);
      bench.clock.advance(1_000);
    }
    expect(status(bench)).toBe("closed");
    expect(getter).toHaveBeenCalledTimes(2);
  });

  it("is asked once, however many want a token", async () => {
    let give: (token: string) => void = () => undefined;
    const getter = vi.fn(() => new Promise<string>((resolve) => (give = resolve)));
    const bench = new Bench({ token: getter });
    bench.client.connect();
    bench.client.close();
    bench.client.connect();
    expect(getter).toHaveBeenCalledOnce();
    give("t");
    await settled();
    expect(bench.network.connections).toHaveLength(1);
  });
});

describe("G6: a listener that throws", () => {
  it("is reported; all others are called, of events, of resyncs and of states", () => {
    const reported = vi.fn();
    const bench = new Bench({ onListenerError: reported });
    const bad = (): void => {
      throw new Error("mine");
    };
    const good = vi.fn();
    for (const listen of [bad, good]) {
      bench.room.on("posted", listen);
      bench.room.onResync(listen);
      bench.room.state.subscribe(listen);
    }
    bench.joined({ offset: 1 });
    bench.post(2);
    bench.reconnect(4300);
    bench.letIn({ offset: 5 });
    expect(good.mock.calls.length).toBe(reported.mock.calls.length);
    expect(good.mock.calls.length).toBeGreaterThanOrEqual(4);
  });
});

describe("G8: where there is no page", () => {
  it("nothing is looked up before somebody connects, and Node has no hints to give", () => {
    expect(browserPage.isHidden()).toBe(false);
    const stop = browserPage.watch(() => undefined);
    stop();
  });

  it("a worker has no document, and hears of the network all the same", () => {
    const worker = new EventTarget();
    vi.stubGlobal("addEventListener", worker.addEventListener.bind(worker));
    vi.stubGlobal("document", undefined);
    const told: PageEvent[] = [];
    const stop = browserPage.watch((event) => told.push(event));
    worker.dispatchEvent(new Event("offline"));
    worker.dispatchEvent(new Event("online"));
    stop();
    worker.dispatchEvent(new Event("offline"));
    vi.unstubAllGlobals();
    expect(told).toEqual(["offline", "online"]);
  });

  it("without a WebSocket says what is missing", () => {
    vi.stubGlobal("WebSocket", undefined);
    const bench = new Bench({ socket: undefined as never });
    bench.client.connect();
    expect(bench.client.connection.getSnapshot().reason?.message).toMatch(/WebSocket/);
    vi.unstubAllGlobals();
    bench.client.close();
  });
});

describe("the event log", () => {
  it("remembers frames without tokens and sessions, and measures the way to the server and back", () => {
    const log = createEventLog(4);
    const bench = new Bench({ debug: log, token: "secret" });
    bench.room.retain();
    bench.welcome();
    expect(JSON.stringify(log.getSnapshot())).not.toContain("secret");
    bench.letIn();
    bench.post(1, { body: "" });
    expect(log.getSnapshot().entries.at(-1)).toMatchObject({ direction: "in", tag: "room.posted" });
    expect(log.getSnapshot().entries.at(-1)?.issues).toHaveLength(1);
    bench.connection.send(["$ping", 1]);
    bench.clock.advance(30);
    bench.connection.send(["$pong", bench.connection.framesOf("$ping").at(-1)?.[1]]);
    expect(log.getSnapshot().latency).toBe(30);
    expect(log.getSnapshot().entries).toHaveLength(4);
  });
});
