/** The contract's examples, one after the other, in an order that a seed decides. */
import { isArray, isObject } from "../values.js";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Random numbers that are the same for the same seed: Mulberry32, by Tommy Ettinger. */
export function seededRandom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Gives examples in turn. From the second round on, UUIDs in them are others: what has the same id is the same thing. */
export class Examples {
  readonly #given = new Map<string, number>();
  readonly #random: () => number;

  constructor(seed: number) {
    this.#random = seededRandom(seed);
  }

  /** One of several things. */
  pick<T>(things: readonly T[]): T | undefined {
    return things[Math.floor(this.#random() * things.length)];
  }

  /** The next of a list that is called `key`; `undefined` of an empty one. */
  next(key: string, list: readonly unknown[]): unknown {
    if (list.length === 0) return undefined;
    const given = this.#given.get(key) ?? 0;
    this.#given.set(key, given + 1);
    const example = list[given % list.length];
    return given < list.length ? example : this.#renamed(example, new Map());
  }

  #renamed(value: unknown, names: Map<string, string>): unknown {
    if (typeof value === "string" && UUID.test(value)) {
      const name = names.get(value) ?? this.#uuid();
      names.set(value, name);
      return name;
    }
    if (isArray(value)) return value.map((each) => this.#renamed(each, names));
    if (!isObject(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, this.#renamed(each, names)]));
  }

  /** A UUID of version 4 (RFC 9562). */
  #uuid(): string {
    return "xxxxxxxx-xxxx-4xxx-8xxx-xxxxxxxxxxxx".replaceAll("x", () => Math.floor(this.#random() * 16).toString(16));
  }
}
