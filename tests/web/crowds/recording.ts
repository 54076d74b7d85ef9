/**
 * Writes down what happens at generated TypeScript clients, for the delivery checker: tests/delivery/history.py says
 * what the records mean.
 */
import { closeSync, openSync, writeSync } from "node:fs";

import type { ConnectionSnapshot } from "../../../generated/chat/typescript/runtime/connection.ts";
import type { Tap } from "../../../generated/chat/typescript/runtime/options.ts";
import type { Store } from "../../../generated/chat/typescript/runtime/store.ts";

/** Characters that are held before they go into the file. */
const HELD = 1 << 20;

/**
 * When this process's clock was at 0, in milliseconds since 1970. The platform's own word for it can be a millisecond
 * ahead, which is more than a message takes; `Date` is never ahead, and right at the moment at which it moves. A busy
 * machine lets a process see few of these moments, so it looks for a while.
 */
const ORIGIN = ((): number => {
  let origin = 0;
  const end = performance.now() + 50;
  while (performance.now() < end) origin = Math.max(origin, Date.now() - performance.now());
  return origin;
})();

/** The history of one process, by the clock that all processes share. */
export class Log {
  readonly #proc: string;
  readonly #file: number;
  #held: string[] = [];
  #size = 0;

  constructor(proc: string, path: string) {
    this.#proc = proc;
    this.#file = openSync(path, "w");
  }

  write(op: string, what: object): void {
    const t = (ORIGIN + performance.now()) / 1000;
    const line = `${JSON.stringify({ t, op, proc: this.#proc, ...what })}\n`;
    this.#held.push(line);
    this.#size += line.length;
    if (this.#size > HELD) this.#flush();
  }

  close(): void {
    this.#flush();
    closeSync(this.#file);
  }

  #flush(): void {
    writeSync(this.#file, this.#held.join(""));
    this.#held = [];
    this.#size = 0;
  }
}

export type Frame = readonly [tag: string, ref: number, address: string, info: Readonly<Record<string, unknown>>];

/** One client in one address: what it asks of the server, and what it is told. */
export class Recorded {
  readonly name: string;
  readonly address: string;
  readonly #log: Log;
  /** Of its present membership. */
  epoch = "";
  isReady = false;
  /** Refused for good, or at its own wish. */
  isClosed = false;
  /** The ref of the newest join. */
  join = 0;
  /** Whether it is on its way to another connection, while it still has one. */
  #isMoving = false;

  constructor(log: Log, name: string, address: string) {
    this.#log = log;
    this.name = name;
    this.address = address;
  }

  write(op: string, what: object): void {
    this.#log.write(op, { client: this.name, address: this.address, ...what });
  }

  /** For the client's debug option; `others` gets the frames that say nothing of memberships. */
  tap(others: (direction: "in" | "out", frame: Frame) => void): Tap {
    return {
      frame: (direction, text) => {
        const frame = JSON.parse(text) as Frame;
        this.#frame(direction, frame);
        others(direction, frame);
      },
    };
  }

  /** Follows the connection; `lost` is told when it ends. */
  follow(connection: Store<ConnectionSnapshot>, lost: () => void): void {
    connection.subscribe(() => {
      const { status, reason } = connection.getSnapshot();
      this.isClosed = status === "closed";
      const wasReady = this.isReady;
      this.isReady = status === "ready";
      if (!wasReady || this.isReady) return;
      this.write("lost", { reason: String(reason?.code ?? 0) });
      lost();
    });
  }

  /**
   * What its connection before has not answered may stay without an answer: it ends without a word, also where it is
   * lost while the other one is there already.
   */
  #moves(direction: "in" | "out", tag: string): void {
    const begins = direction === "out" && tag === "$hello" && this.isReady;
    const ends = this.#isMoving && direction === "in" && tag === "$joined";
    if (begins || ends) this.write("moved", {});
    this.#isMoving = begins || (this.#isMoving && !ends);
  }

  #frame(direction: "in" | "out", [tag, ref, address, info]: Frame): void {
    this.#moves(direction, tag);
    if (direction === "out" && tag === "$join") {
      const [epoch, offset] = (info["since"] as readonly [string, number] | undefined) ?? ["", -1];
      this.join = ref;
      this.write("join", { ref, epoch, offset });
    } else if (tag === "$joined" && this.join === ref) {
      const { epoch, offset, replay, recovered, reason = "" } = info;
      this.epoch = String(epoch);
      this.write("joined", { epoch, offset, replay, recovered, reason });
    } else if (tag === "$left" && this.join === ref) {
      this.write("left", { reason: info["again"] });
    } else if (tag === "$resync") {
      this.write("resync", { reason: (address as unknown as { readonly reason: string }).reason });
    }
  }
}

/** From 0 up to 1; the same for the same seed (Mulberry32, by Tommy Ettinger, public domain). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
