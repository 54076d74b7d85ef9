/** Who is present at one address, with the versions that clients go by. docs/protocol.md has the rules. */
import { type Check, findDeepIssues } from "../checks.js";
import { InvalidPayloadError } from "../errors.js";
import type { Issue } from "../issues.js";

type Change = { readonly join: readonly Pair[] } | { readonly update: readonly Pair[] } | { readonly leave: string[] };
type Pair = readonly [who: string, state: unknown];

export class FakePeople {
  /** What clients showed, oldest first. */
  readonly shown: unknown[] = [];
  readonly #people = new Map<string, unknown>();
  readonly #tag: string;
  readonly #check: Check;
  readonly #tell: (version: readonly [string, number], info: object) => void;
  #epoch = 0;
  #number = 0;

  /** `tell` sends a `$presence` to everybody at the address. */
  constructor(tag: string, check: Check, tell: (version: readonly [string, number], info: object) => void) {
    this.#tag = tag;
    this.#check = check;
    this.#tell = tell;
  }

  /** Who is there, and what they show. */
  get list(): ReadonlyMap<string, unknown> {
    return new Map(this.#people);
  }

  /** The first page of the list, which is all of it. */
  get page(): object {
    return { version: this.#version, count: this.#people.size, members: [...this.#people] };
  }

  /** What is wrong with a state. */
  issues(state: unknown): Issue[] {
    return findDeepIssues(this.#check, state, "all");
  }

  /** Somebody comes, or shows something else. Throws for a state that breaks the contract. */
  show(who: string, state: unknown): void {
    const issues = this.issues(state);
    if (issues.length > 0) throw new InvalidPayloadError(`${this.#tag} presence of ${JSON.stringify(who)}`, issues);
    const entry: readonly Pair[] = [[who, state]];
    const isNew = !this.#people.has(who);
    if (this.#people.size === 0) {
      this.#epoch++;
      this.#number = 0;
    }
    this.#people.set(who, state);
    this.#changed(isNew ? { join: entry } : { update: entry });
  }

  /** Somebody goes; without effect for who is not there. */
  leave(who: string): void {
    if (this.#people.delete(who)) this.#changed({ leave: [who] });
  }

  get #version(): readonly [string, number] {
    return [`presence-${String(this.#epoch)}`, this.#number];
  }

  #changed(change: Change): void {
    this.#number++;
    this.#tell(this.#version, { count: this.#people.size, ...change });
  }
}
