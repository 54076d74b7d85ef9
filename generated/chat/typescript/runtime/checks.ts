/** How generated checks are called: to judge a value, and to explain what is wrong with it. */

import { type Issue, Place } from "./issues.js";
import { isFit, isPlainText, isTakenWhole, opensMore, ownNames, unfitness } from "./values.js";

/**
 * A generated check, which says whether to go on. Without a place it judges: true for a valid value. With one, `at`
 * takes what is wrong, and the answer is true until nobody wants to know more.
 */
export type Check = (value: unknown, at?: Place) => boolean;

/** How much to tell of what is wrong: the first thing, or everything up to a bound. */
export type Wanted = "first" | "all";

/** A contract's table of checks by the names of its types. */
export type Validators = Readonly<Record<string, (value: unknown, wanted?: Wanted) => Issue[]>>;

/** More than this is no help to a reader, and a hostile payload could make millions. */
const MOST_ISSUES = 32;

/** Arrays and objects inside each other, at most. Asked first where types are recursive, so that none need count. */
const MOST_LEVELS = 64;

/** The check of what may be anything. */
export const checkAnything: Check = () => true;

/** The check of events without a payload: `null` travels. */
export const checkNull: Check = (value, at) => value === null || (at?.needs("type", "null") ?? false);

/** Whether at least one check takes a value. */
export function acceptsAny(value: unknown, ...checks: readonly Check[]): boolean {
  return checks.some((check) => check(value));
}

/** Whether exactly one check takes a value. */
export function acceptsOne(value: unknown, ...checks: readonly Check[]): boolean {
  return checks.filter((check) => check(value)).length === 1;
}

/** Whether a check takes the name of every property. */
export function acceptsName(object: Readonly<Record<string, unknown>>, check: Check): boolean {
  return ownNames(object).every((name) => check(name));
}

/** Whether fewer than `least` items pass a check. */
export function hasFewer(items: readonly unknown[], check: Check, least: number): boolean {
  return items.filter((item) => check(item)).length < least;
}

/** Whether more than `most` items pass a check. */
export function hasMore(items: readonly unknown[], check: Check, most: number): boolean {
  return items.filter((item) => check(item)).length > most;
}

/** A contract's table, of checks that need no bound or have one. */
export function validatorsOf(checks: Readonly<Record<string, Check>>): Validators {
  const table: Record<string, Validators[string]> = {};
  for (const [name, check] of Object.entries(checks)) {
    table[name] = (value, wanted) => findIssues(check, value, wanted);
  }
  return table;
}

/**
 * The same check, for values that are not too deep for it, and that JSON can carry: a type that may hold values of its
 * own kind would let its check go as deep as a hostile value does.
 */
/* @__NO_SIDE_EFFECTS__ */
export function bounded(check: Check): Check {
  return (value, at) => {
    const code = unfitness(value, MOST_LEVELS);
    return code === null ? check(value, at) : (at?.takes(unfit(code)) ?? false);
  };
}

/** What is wrong with a value where the contract looks, in the contract's order; empty for a valid one. */
export function findIssues(check: Check, value: unknown, wanted?: Wanted): Issue[] {
  return check(value) ? [] : explained(check, value, wanted);
}

/** The same after a look at all of it, also where the contract says nothing: how deep it nests, if JSON can carry it. */
export function findDeepIssues(check: Check, value: unknown, wanted?: Wanted): Issue[] {
  return findIssues(bounded(check), value, wanted);
}

/** The same, first thing only, for what was read from a JSON text: a look at the text may save one at each string. */
export function findReadIssues(check: Check, value: unknown, text: string): Issue[] {
  const isTaken = isFit(value, MOST_LEVELS, isPlainText(text)) && isTakenWhole(check, value);
  return isTaken ? [] : findDeepIssues(check, value);
}

/** The same for a JSON text, by the name of its type in a contract's table. */
export function findTextIssues(validators: Validators, name: string, text: string, wanted?: Wanted): Issue[] {
  const validate = Object.hasOwn(validators, name) ? validators[name] : undefined;
  if (validate === undefined) throw new RangeError(`the contract has no type called ${JSON.stringify(name)}`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    if (opensMore(text, MOST_LEVELS)) return [unfit("depth")];
    return [{ pointer: "", code: "malformed", message: "must be a JSON text" }];
  }
  const issues = findDeepIssues(checkAnything, value);
  return issues.length > 0 ? issues : validate(value, wanted);
}

/** What is wrong with a value that a check refuses. */
export function explained(check: Check, value: unknown, wanted: Wanted = "first"): Issue[] {
  const issues: Issue[] = [];
  check(value, new Place({ issues, most: wanted === "all" ? MOST_ISSUES : 1 }));
  return issues;
}

function unfit(code: "malformed" | "depth"): Issue {
  const message =
    code === "depth"
      ? `must not nest deeper than ${String(MOST_LEVELS)} levels`
      : "must be a value that JSON can carry, of whole characters and finite numbers";
  return { pointer: "", code, message };
}
