/** Laws of the two machines and of the back-off, over inputs that nobody would think of. */
import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";

import { backoffMs } from "../../../templates/typescript/runtime/backoff.js";
import { CLOSE_CODES, CLOSE_RANGES, verdictOf } from "../../../templates/typescript/runtime/codes.js";
import {
  type ConnectionInput,
  type ConnectionState,
  IDLE,
  connectionSnapshot,
  nextDeadline,
} from "../../../templates/typescript/runtime/connection.js";
import { RealtimeError } from "../../../templates/typescript/runtime/errors.js";
import { readFrame } from "../../../templates/typescript/runtime/frames.js";
import {
  type ChannelSurroundings,
  DETACHED,
  type MembershipInput,
  type Step,
  hear,
  nextTry,
  step,
} from "../../../templates/typescript/runtime/membership.js";
import type { PageEvent } from "../../../templates/typescript/runtime/browser-page.js";
import { movingTransition } from "../../../templates/typescript/runtime/moving-transitions.js";
import { type Transition, transition as alone } from "../../../templates/typescript/runtime/transitions.js";
import { ADDRESS, Bench } from "./room.js";

/** All rules together, as they stand once a server has drained. */
function transition(...happens: Parameters<typeof alone>): Transition {
  return movingTransition(...happens, alone);
}

const unit = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const small = fc.nat(6);

describe("the back-off", () => {
  it("stays between nothing and twenty seconds, and never shrinks its window", () => {
    fc.assert(
      fc.property(fc.oneof(fc.nat(100), fc.constant(2 ** 40)), unit, (failures, random) => {
        const wait = backoffMs(failures, random);
        expect(wait).toBeGreaterThanOrEqual(0);
        expect(wait).toBeLessThan(20_000);
        expect(backoffMs(failures + 1, random)).toBeGreaterThanOrEqual(wait);
      }),
    );
  });
});

describe("the verdict of a close code", () => {
  it.each([
    [4000, "now"],
    [4099, "now"],
    [4100, "backoff"],
    [4199, "backoff"],
    [4200, "token"],
    [4299, "token"],
    [4300, "fresh"],
    [4399, "fresh"],
    [4400, "never"],
    [4499, "never"],
    [4500, "backoff"],
    [3999, "backoff"],
    [1000, "backoff"],
    [1001, "backoff"],
    [1011, "backoff"],
    [1006, "backoff"],
  ] as const)("of %i is %s", (code, verdict) => {
    expect(verdictOf(code, false)).toBe(verdict);
  });

  it("of 1006 is now after a connection that had lived, and of `replaced` always an end", () => {
    expect(verdictOf(1006, true)).toBe("now");
    expect(verdictOf(CLOSE_CODES.replaced, true)).toBe("never");
  });

  it("knows every named code, and ranges without gaps", () => {
    expect(CLOSE_RANGES.map(([first, last]) => last - first)).toEqual([99, 99, 99, 99, 99]);
    for (const code of Object.values(CLOSE_CODES)) {
      expect(CLOSE_RANGES.some(([first, last]) => first <= code && code <= last)).toBe(true);
    }
  });
});

const connectionInput: fc.Arbitrary<ConnectionInput> = fc.oneof(
  fc.constantFrom<ConnectionInput>(
    { kind: "connect" },
    { kind: "close" },
    { kind: "opened" },
    { kind: "heard" },
    { kind: "welcomed", quiet: 30_000, patience: 35_000, ttl: 60_000 },
    { kind: "welcomed", quiet: 30_000, patience: 35_000, ttl: Infinity },
    { kind: "renewed", ttl: null },
    { kind: "renewed", ttl: 60_000 },
    { kind: "drain", within: 5_000 },
    { kind: "stranded" },
    { kind: "explained", message: "why" },
    { kind: "failed", message: "no token", final: false },
    { kind: "failed", message: "nobody", final: true },
    { kind: "tick" },
  ),
  fc.record({
    kind: fc.constant("page" as const),
    event: fc.constantFrom<PageEvent>("online", "offline", "hidden", "visible", "away", "back", "resumed"),
  }),
  fc.record({ kind: fc.constant("lost" as const), code: fc.integer({ min: 999, max: 5000 }), message: fc.string() }),
);

describe("the connection machine", () => {
  it("has at most one socket, a deadline whenever it waits, and ends only once", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(connectionInput, fc.nat(40_000), unit)), (inputs) => {
        let state: ConnectionState = IDLE;
        let now = 0;
        let open = false;
        for (const [input, passed, random] of inputs) {
          now += passed;
          const next = transition(state, input, {
            now,
            random: () => random,
            renewable: random > 0.5,
            hidden: random > 0.7,
          });
          if (input.kind === "lost") open = false;
          for (const effect of next.effects) {
            if (effect.kind === "open") {
              expect(open).toBe(false);
              open = true;
            }
            if (effect.kind === "abandon") open = false;
          }
          ({ state } = next);
          expect(open).toBe(state.phase === "opening" || state.phase === "ready");
          const rests = state.phase === "idle" || state.phase === "closed";
          const parked = state.phase === "waiting" && state.until === null;
          if (!parked) expect(nextDeadline(state, now) === null).toBe(rests);
          expect(connectionSnapshot(state, now).attempt).toBeGreaterThanOrEqual(0);
        }
      }),
    );
  });

  it("always comes to rest when it is closed", () => {
    fc.assert(
      fc.property(fc.array(connectionInput), (inputs) => {
        let state: ConnectionState = IDLE;
        const around = { now: 0, random: () => 0.5, renewable: false, hidden: false };
        for (const input of inputs) ({ state } = transition(state, input, around));
        ({ state } = transition(state, { kind: "close" }, around));
        expect(state.phase).toBe("closed");
        expect(transition(state, { kind: "tick" }, around).effects).toEqual([]);
      }),
    );
  });
});

const error = new RealtimeError("x", "x");

interface Event {
  readonly kind: "event";
  readonly offset: number;
}

/** A step, or an event that is heard; the membership before is left as it was. */
function next(
  state: Step["state"],
  input: MembershipInput | Event,
  around: ChannelSurroundings,
): Step & { heard: boolean } {
  if (input.kind !== "event") return { ...step(state, input, around), heard: false };
  const after = { ...state };
  const heard = hear(after, input.offset);
  return { state: after, effects: [], heard };
}

const generation = fc.integer({ min: 1, max: 4 });
const again = fc.constantFrom("never", "now", "backoff", "token", "fresh");
const membershipInput: fc.Arbitrary<MembershipInput | Event> = fc.oneof(
  fc.constantFrom<MembershipInput>(
    { kind: "attach" },
    { kind: "detach" },
    { kind: "online" },
    { kind: "offline", fresh: false },
    { kind: "offline", fresh: true },
    { kind: "over", error },
    { kind: "resync", after: 1 },
    { kind: "tick" },
  ),
  fc.record({ kind: fc.constant("event" as const), offset: small }),
  fc.record({ kind: fc.constant("left" as const), generation, again, error: fc.constant(error) }),
  fc.record({
    kind: fc.constant("refused" as const),
    generation,
    error: fc.constant(error),
    retryable: fc.boolean(),
    retryAfter: fc.constantFrom(null, 1),
  }),
  fc.record({
    kind: fc.constant("joined" as const),
    generation,
    answer: fc.record({
      epoch: fc.constantFrom("a", "b"),
      offset: small,
      recovered: fc.boolean(),
      reason: fc.constant(""),
      replay: small,
    }),
  }),
);

describe("the membership machine", () => {
  it("delivers recorded events in order, once, and only while joined; every join has a new generation", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(membershipInput, fc.boolean(), fc.nat(3000))), (inputs) => {
        let state = DETACHED;
        let ref = 0;
        let now = 0;
        for (const [input, online, passed] of inputs) {
          now += passed;
          const before = state;
          const { heard, effects, ...after } = next(state, input, {
            now,
            random: () => 0.5,
            nextRef: () => ++ref,
            online,
            renewable: passed > 1500,
          });
          ({ state } = after);
          if (heard) expect(before.phase).toBe("joined");
          if (heard && input.kind === "event" && input.offset > 0) {
            expect(input.offset).toBeGreaterThan(before.position?.offset ?? 0);
          }
          for (const effect of effects) {
            if (effect.kind === "join") {
              expect(effect.ref).toBe(ref);
              expect(state).toMatchObject({ phase: "joining", generation: ref });
              expect(online).toBe(true);
            }
            if (effect.kind === "resync") expect(before.known).toBe(true);
          }
          expect(nextTry(state) !== null).toBe(state.phase === "paused" || state.phase === "joining");
          expect(state.phase === "failed").toBe(state.phase === "failed" && state.error !== null);
          if (state.phase === "detached") expect(state).toEqual(DETACHED);
        }
      }),
    );
  });
});

describe("hostile frames", () => {
  const word = fc.constantFrom(
    "$welcome",
    "$joined",
    "$left",
    "$resync",
    "$reply",
    "$error",
    "$ping",
    "room.posted",
    "$",
  );
  const part = fc.oneof(
    fc.constantFrom<unknown>(0, 1, 2, -1, 1.5, 1e300, "", ADDRESS, null, true, [], {}, { heartbeat: {} }),
    fc.record({ epoch: fc.string(), offset: small, recovered: fc.boolean(), replay: small }, { requiredKeys: [] }),
    fc.record({ code: fc.string(), again: fc.string(), retryAfter: fc.anything() }, { requiredKeys: [] }),
    fc.jsonValue(),
  );
  const frame = fc.tuple(word, fc.array(part, { maxLength: 5 })).map(([tag, rest]) => JSON.stringify([tag, ...rest]));
  const text = fc.oneof(frame, fc.json(), fc.string());

  it("are read without an exception", () => {
    fc.assert(
      fc.property(text, (each) => {
        expect(readFrame(each)).toHaveProperty("kind");
      }),
    );
  });

  it("never stop a client, nor reach a listener that they are not meant for", () => {
    fc.assert(
      fc.property(fc.array(text, { maxLength: 12 }), (texts) => {
        const failed = vi.fn();
        const bench = new Bench({ onListenerError: failed });
        bench.room.on("posted", ({ body }) => {
          expect(typeof body).toBe("string");
        });
        bench.joined();
        for (const each of texts) bench.connection.sendText(each);
        bench.clock.advance(60_000);
        bench.client.close();
        expect(failed).not.toHaveBeenCalled();
        expect(bench.client.connection.getSnapshot().status).toBe("closed");
      }),
    );
  });
});
