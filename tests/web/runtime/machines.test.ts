/** Laws of the two machines and of the back-off, over inputs that nobody would think of. */
import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";

import { backoffMs } from "../../../templates/typescript/runtime/backoff.js";
import { CLOSE_CODES, VERDICTS, againOf, verdictOf } from "../../../templates/typescript/runtime/codes.js";
import {
  type ConnectionState,
  IDLE,
  connectionSnapshot,
  nextDeadline,
} from "../../../templates/typescript/runtime/connection.js";
import { RealtimeError } from "../../../templates/typescript/runtime/errors.js";
import { readFrame } from "../../../templates/typescript/runtime/frames.js";
import {
  DETACHED,
  type Occurrence,
  attach,
  detach,
  end,
  forget,
  goOffline,
  goOnline,
  hear,
  joined,
  left,
  nextTry,
  refused,
  resync,
  tick,
} from "../../../templates/typescript/runtime/membership.js";
import type { PageEvent } from "../../../templates/typescript/runtime/browser-page.js";
import { drain, movingRules, stranded } from "../../../templates/typescript/runtime/moving-transitions.js";
import {
  type Happening,
  RULES,
  close,
  connect,
  explained,
  failed,
  heard,
  hinted,
  opened,
  renewed,
} from "../../../templates/typescript/runtime/transitions.js";
import { ADDRESS, Bench } from "./room.js";

/** All rules together, as they stand once a server has drained. */
const { tick: connectionTick, lost, welcomed } = movingRules(RULES);

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

  it("knows every named code, and hundreds without gaps", () => {
    for (const [index, verdict] of VERDICTS.entries()) {
      expect(verdictOf(4000 + 100 * index, false)).toBe(verdict);
      expect(verdictOf(4099 + 100 * index, false)).toBe(verdict);
    }
    for (const code of Object.values(CLOSE_CODES)) expect(VERDICTS[Math.floor(code / 100) - 40]).toBeDefined();
  });

  it("of a `$left` is what it says, or back-off where it says what nobody knows", () => {
    expect(VERDICTS.map(againOf)).toEqual(VERDICTS);
    expect(["soon", "constructor", 0, null, undefined].map(againOf)).toEqual(Array(5).fill("backoff"));
  });
});

const happening: fc.Arbitrary<{ readonly kind: string; readonly rule: Happening }> = fc.oneof(
  fc.constantFrom(
    { kind: "connect", rule: connect },
    { kind: "close", rule: close },
    { kind: "opened", rule: opened },
    { kind: "heard", rule: heard },
    { kind: "welcomed", rule: welcomed(30_000, 35_000, 60_000) },
    { kind: "welcomed", rule: welcomed(30_000, 35_000, Infinity) },
    { kind: "renewed", rule: renewed(null) },
    { kind: "renewed", rule: renewed(60_000) },
    { kind: "drain", rule: drain(5_000) },
    { kind: "stranded", rule: stranded(0) },
    { kind: "explained", rule: explained("why", 2_000) },
    { kind: "failed", rule: failed("no token", false) },
    { kind: "failed", rule: failed("nobody", true) },
    { kind: "tick", rule: connectionTick },
  ),
  fc
    .constantFrom<PageEvent>("online", "offline", "hidden", "visible", "away", "back", "resumed")
    .map((event) => ({ kind: "page", rule: hinted(event) })),
  fc
    .tuple(fc.integer({ min: 999, max: 5000 }), fc.string())
    .map(([code, message]) => ({ kind: "lost", rule: lost(code, message) })),
);

describe("the connection machine", () => {
  it("has at most one socket, a deadline whenever it waits, and ends only once", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(happening, fc.nat(40_000), unit)), (inputs) => {
        let state: ConnectionState = IDLE;
        let now = 0;
        let open = false;
        for (const [{ kind, rule }, passed, random] of inputs) {
          now += passed;
          const [next, ...effects] = rule(state, {
            now,
            random: () => random,
            renewable: random > 0.5,
            hidden: random > 0.7,
          });
          if (kind === "lost") open = false;
          for (const effect of effects) {
            if (effect === "open") {
              expect(open).toBe(false);
              open = true;
            }
            if (effect === "abandon") open = false;
          }
          state = next;
          expect(open).toBe(state.phase === "opening" || state.phase === "ready");
          const rests = state.phase === "idle" || state.phase === "closed";
          const parked = state.phase === "waiting" && state.until === Infinity;
          if (!parked) expect(nextDeadline(state, now) === Infinity).toBe(rests);
          expect(connectionSnapshot(state, now).attempt).toBeGreaterThanOrEqual(0);
        }
      }),
    );
  });

  it("always comes to rest when it is closed", () => {
    fc.assert(
      fc.property(fc.array(happening), (inputs) => {
        let state: ConnectionState = IDLE;
        const around = { now: 0, random: () => 0.5, renewable: false, hidden: false };
        for (const { rule } of inputs) [state] = rule(state, around);
        [state] = close(state, around);
        expect(state.phase).toBe("closed");
        expect(connectionTick(state, around)).toEqual([state]);
      }),
    );
  });
});

const error = new RealtimeError("x", "x");

const generation = fc.integer({ min: 1, max: 4 });
const again = fc.constantFrom("never", "now", "backoff", "token", "fresh");
/** What happens to a membership; a number is the offset of an event that is heard. */
const occurrence: fc.Arbitrary<Occurrence | number> = fc.oneof(
  fc.constantFrom(attach(), detach, goOnline, goOffline, forget, end(error), resync(1), tick),
  small,
  fc.tuple(generation, again).map(([ref, verdict]) => left(ref, verdict, error)),
  fc.tuple(generation, fc.constantFrom(null, 0, 1)).map(([ref, wait]) => refused(ref, error, wait)),
  fc
    .tuple(
      generation,
      fc.record({
        epoch: fc.constantFrom("a", "b"),
        offset: small,
        recovered: fc.boolean(),
        reason: fc.constant(""),
        replay: small,
      }),
    )
    .map(([ref, answer]) => joined(ref, answer)),
);

describe("the membership machine", () => {
  it("delivers recorded events in order, once, and only while joined; every join has a new generation", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(occurrence, fc.boolean(), fc.nat(3000))), (inputs) => {
        let state = DETACHED;
        let ref = 0;
        let now = 0;
        for (const [input, online, passed] of inputs) {
          now += passed;
          const before = state;
          if (typeof input === "number") {
            state = { ...before };
            if (hear(state, input)) {
              expect(before.phase).toBe("joined");
              if (input > 0) expect(input).toBeGreaterThan(before.position?.offset ?? 0);
            }
            continue;
          }
          const [after, ...effects] = input(before, {
            now,
            random: () => 0.5,
            nextRef: () => ++ref,
            online,
            renewable: passed > 1500,
          });
          state = after;
          if (effects.includes("join")) {
            expect(state).toMatchObject({ phase: "joining", generation: ref });
            expect(online).toBe(true);
          }
          if (effects.includes("resync")) expect(before.known).toBe(true);
          expect(nextTry(state) < Infinity).toBe(state.phase === "paused" || state.phase === "joining");
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
        expect(readFrame(each)[0]).toBeTypeOf("string");
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
