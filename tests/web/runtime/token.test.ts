/** Saying who one is: a token with each greeting, and once another when the server asks for it. */
import { describe, expect, it } from "vitest";

import { Bench } from "./room.js";

function hello(bench: Bench): Readonly<Record<string, unknown>> {
  const info = bench.connection.framesOf("$hello")[0]?.[1];
  return info as Readonly<Record<string, unknown>>;
}

/** Gives the next of its tokens each time; one that is `null` is a failure. */
function source(...tokens: (string | null)[]): { readonly token: () => Promise<string>; readonly asked: () => number } {
  let asked = 0;
  const token = (): Promise<string> => {
    const next = tokens[asked++] ?? null;
    return next === null ? Promise.reject(new Error("the user has left")) : Promise.resolve(next);
  };
  return { token, asked: () => asked };
}

async function settled(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await Promise.resolve();
}

describe("a token", () => {
  it("is sent in the greeting, and nowhere else", () => {
    const bench = new Bench({ token: "abc" });
    bench.joined();
    expect(hello(bench)["token"]).toBe("abc");
    expect(bench.connection.url).not.toContain("abc");
    expect(JSON.stringify(bench.sent)).not.toContain("abc");
    bench.reconnect();
    expect(hello(bench)["token"]).toBe("abc");
  });

  it("is not mentioned by a client without one", () => {
    const bench = new Bench();
    bench.joined();
    expect(hello(bench)).not.toHaveProperty("token");
  });

  it("is got before a connection is opened, and anew for each", async () => {
    const { token, asked } = source("one", "two");
    const bench = new Bench({ token });
    bench.room.retain();
    expect(bench.network.connections).toEqual([]);
    await settled();
    bench.welcome();
    expect(hello(bench)["token"]).toBe("one");
    bench.connection.drop(4000);
    bench.clock.advance(5_000);
    await settled();
    bench.welcome();
    expect(hello(bench)["token"]).toBe("two");
    expect(asked()).toBe(2);
  });

  it("is renewed once when the server refuses it", async () => {
    const { token, asked } = source("old", "new", "newer");
    const bench = new Bench({ token });
    bench.client.connect();
    await settled();
    bench.connection.accept();
    bench.connection.drop(4200);
    bench.clock.advance(5_000);
    await settled();
    bench.connection.accept();
    expect(hello(bench)["token"]).toBe("new");
    bench.connection.drop(4200, "a valid token is needed");
    bench.clock.advance(5_000);
    await settled();
    expect(bench.client.connection.getSnapshot()).toMatchObject({
      status: "closed",
      attempt: 0,
      reason: { code: 4200, message: "a valid token is needed" },
    });
    expect(asked()).toBe(2);
  });

  it("may be renewed again after a welcome", async () => {
    const { token } = source("one", "two", "three");
    const bench = new Bench({ token });
    bench.client.connect();
    for (const expected of ["one", "two", "three"]) {
      bench.clock.advance(5_000);
      await settled();
      bench.welcome();
      expect(hello(bench)["token"]).toBe(expected);
      bench.connection.drop(4201);
    }
  });

  it("that is a plain string can't be renewed", () => {
    const bench = new Bench({ token: "abc" });
    bench.client.connect();
    bench.connection.accept();
    bench.connection.drop(4200);
    expect(bench.client.connection.getSnapshot().status).toBe("closed");
  });

  it("that nobody gives is asked for again, more and more slowly", async () => {
    const { token, asked } = source(null, null, "late");
    const bench = new Bench({ token });
    bench.client.connect();
    await settled();
    expect(bench.client.connection.getSnapshot()).toMatchObject({
      status: "reconnecting",
      attempt: 1,
      reason: { code: 0, message: "there is no token" },
    });
    for (const count of [2, 3]) {
      bench.clock.advance(5_000);
      await settled();
      expect(asked()).toBe(count);
    }
    bench.welcome();
    expect(bench.client.connection.getSnapshot().status).toBe("ready");
  });

  it("that comes too late, or after the end, opens nothing", async () => {
    let give: (token: string) => void = () => undefined;
    const token = (): Promise<string> =>
      new Promise((resolve) => {
        give = resolve;
      });
    const bench = new Bench({ token });
    bench.client.connect();
    const first = give;
    bench.clock.advance(10_000);
    first("slow");
    await settled();
    expect(bench.network.connections).toEqual([]);
    bench.clock.advance(5_000);
    bench.client.close();
    give("late");
    await settled();
    expect(bench.network.connections).toEqual([]);
  });
});

describe("a session", () => {
  it("is shown by its public name, and presented whole when the client comes back", () => {
    const bench = new Bench();
    bench.room.retain();
    bench.connection.accept();
    bench.connection.send([
      "$welcome",
      { session: "abc.stamp.signature", version: "1.0.0", heartbeat: { every: 25, slack: 10 } },
    ]);
    expect(hello(bench)).not.toHaveProperty("session");
    expect(bench.client.session).toBe("abc");
    bench.reconnect();
    expect(hello(bench)["session"]).toBe("abc.stamp.signature");
  });
});
