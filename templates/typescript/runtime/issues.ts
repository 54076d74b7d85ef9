/** What is wrong with a value, and where. The codes are those of JSON Schema's keywords, the same at both ends. */

import { ownNames, unfitness } from "./values.js";

/** One thing wrong with a payload. */
export interface Issue {
  /** JSON pointer (RFC 6901) to the place, relative to the payload; empty for the payload itself. */
  readonly pointer: string;
  /** The JSON Schema keyword that was violated, or `depth`. */
  readonly code: string;
  /** What was expected, as a clause: `must be a string`. Never holds the value itself. */
  readonly message: string;
}

/** A generated check: looks at `value`, which stands at the pointer `at`, and adds what is wrong to `issues`. */
export type Check = (value: unknown, at: string, issues: Issues) => void;

/** More than this is no help to a reader, and a hostile payload could make millions. */
const MOST_ISSUES = 32;

/** Arrays and objects inside each other, at most. Checked first, so that recursive checks need no counting. */
const MOST_LEVELS = 64;

const UNFIT = {
  malformed: "must be a value that JSON can carry, of whole characters and finite numbers",
  depth: `must not nest deeper than ${String(MOST_LEVELS)} levels`,
} as const;

/** Collects what the checks find. */
export class Issues {
  readonly found: Issue[] = [];

  add(pointer: string, code: string, message: string): void {
    if (this.found.length < MOST_ISSUES) this.found.push({ pointer, code, message });
  }

  /** The value is of another JSON type than the contract says; `wanted` comes with its article. */
  type(pointer: string, wanted: string): void {
    this.add(pointer, "type", `must be ${wanted}`);
  }

  /** The object at `pointer` lacks a property. */
  required(pointer: string, name: string): void {
    this.add(pointer, "required", `needs the property ${JSON.stringify(name)}`);
  }

  /** The object at `pointer` has names beside the known ones; the first is told. */
  closed(
    pointer: string,
    object: Readonly<Record<string, unknown>>,
    known: ReadonlySet<string>,
    patterns: readonly RegExp[] = [],
  ): void {
    const surplus = ownNames(object).find((name) => !known.has(name) && !patterns.some((each) => each.test(name)));
    if (surplus === undefined) return;
    this.add(pointer, "additionalProperties", `must not have the property ${JSON.stringify(surplus)}`);
  }
}

/** The check of what may be anything. */
export const checkAnything: Check = () => undefined;

/** The check of events without a payload: `null` travels. */
export const checkNull: Check = (value, at, issues) => {
  if (value !== null) issues.type(at, "null");
};

/** Whether a check has nothing to say about a value: for choices between types. */
export function accepts(check: Check, value: unknown): boolean {
  const issues = new Issues();
  check(value, "", issues);
  return issues.found.length === 0;
}

/** Whether at least one check has nothing to say. */
export function acceptsAny(value: unknown, ...checks: readonly Check[]): boolean {
  return checks.some((check) => accepts(check, value));
}

/** Whether exactly one check has nothing to say. */
export function acceptsOne(value: unknown, ...checks: readonly Check[]): boolean {
  return checks.filter((check) => accepts(check, value)).length === 1;
}

/** Whether a check has nothing to say about the name of any property. */
export function acceptsName(object: Readonly<Record<string, unknown>>, check: Check): boolean {
  return ownNames(object).every((name) => accepts(check, name));
}

/** Whether fewer than `least` items pass a check. */
export function hasFewer(items: readonly unknown[], check: Check, least: number): boolean {
  return items.filter((item) => accepts(check, item)).length < least;
}

/** Whether more than `most` items pass a check. */
export function hasMore(items: readonly unknown[], check: Check, most: number): boolean {
  return items.filter((item) => accepts(check, item)).length > most;
}

/** Everything wrong with a payload, in the order of the contract; empty for a valid one. */
export function findIssues(check: Check, value: unknown): Issue[] {
  const issues = new Issues();
  const unfit = unfitness(value, MOST_LEVELS);
  if (unfit === null) check(value, "", issues);
  else issues.add("", unfit, UNFIT[unfit]);
  return issues.found;
}

/** The same for a JSON text, by the name of its type in a contract's table. */
export function findTextIssues(
  validators: Readonly<Record<string, (value: unknown) => Issue[]>>,
  name: string,
  text: string,
): Issue[] {
  const validate = Object.hasOwn(validators, name) ? validators[name] : undefined;
  if (validate === undefined) throw new RangeError(`the contract has no type called ${JSON.stringify(name)}`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return [{ pointer: "", code: "malformed", message: "must be a JSON text" }];
  }
  return validate(value);
}

/** The pointer to a member whose name is known only now. */
export function pointerTo(at: string, name: string): string {
  return `${at}/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`;
}
