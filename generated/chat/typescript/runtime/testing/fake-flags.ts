/** What is on for all clients of a fake server: everything is off until a test says otherwise. */
import type { Facts } from "./channel-facts.js";

export class FakeFlags {
  readonly #known: Readonly<Record<string, readonly unknown[]>>;
  #values: Readonly<Record<string, unknown>>;

  /** `known` is all that each flag can be; first what it is where it is off. */
  constructor(known: Readonly<Record<string, readonly unknown[]>>) {
    this.#known = known;
    this.#values = Object.fromEntries(Object.entries(known).map(([name, [off]]) => [name, off]));
  }

  /** What a welcome tells; nothing in a contract without flags. */
  get told(): object {
    return Object.keys(this.#known).length === 0 ? {} : { flags: this.#values };
  }

  /** Takes values; gives those that are new. Throws for what the contract does not have. */
  set(values: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
    for (const [name, value] of Object.entries(values)) {
      if (this.#known[name]?.includes(value) !== true) {
        throw new TypeError(`the contract has no flag ${JSON.stringify(name)} that can be ${JSON.stringify(value)}`);
      }
    }
    const changed = Object.entries(values).filter(([name, value]) => this.#values[name] !== value);
    this.#values = { ...this.#values, ...values };
    return Object.fromEntries(changed);
  }

  /** Whether a channel can't be joined now. */
  shuts({ flag }: Facts): boolean {
    return flag !== undefined && this.#values[flag] === false;
  }

  /** Whether an event is neither sent nor heard now. */
  hides({ flags = {} }: Facts, name: string): boolean {
    const flag = Object.hasOwn(flags, name) ? flags[name] : undefined;
    return flag !== undefined && this.#values[flag] === false;
  }
}
