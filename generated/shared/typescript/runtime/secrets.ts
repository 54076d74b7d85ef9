/** What the contract calls sensitive is not told on: not its value, and not the names inside it. */
import { type Check, explained } from "./checks.js";

/** A check that knows where sensitive values are. */
export interface DiscreetCheck extends Check {
  /** JSON pointers, in which `*` stands for any one step and `**` for any number of them. */
  readonly sensitive: readonly string[];
}

/** The same check; what it finds inside of a sensitive value is told of the value as a whole. */
export function discreet(check: Check, sensitive: readonly string[]): DiscreetCheck {
  const patterns = sensitive.map(stepsOf);
  const told: Check = (value, at) => {
    if (at === undefined) return check(value);
    const seen = new Set<string>();
    for (const { pointer, code, message } of explained(check, value, "all")) {
      const place = concealed(pointer, patterns);
      const words = place !== null && code === "additionalProperties" ? "must not have other properties" : message;
      const issue = JSON.stringify([place ?? pointer, code, words]);
      if (!seen.has(issue) && !at.takes({ pointer: place ?? pointer, code, message: words })) return false;
      seen.add(issue);
    }
    return true;
  };
  return Object.assign(told, { sensitive });
}

function stepsOf(pointer: string): string[] {
  return pointer.split("/").slice(1);
}

/** The pointer of the sensitive value that a place is in, or is; nothing where it is in none. */
function concealed(pointer: string, patterns: readonly (readonly string[])[]): string | null {
  const steps = stepsOf(pointer);
  const depths = patterns.map((pattern) => depthOf(pattern, steps)).filter((depth) => depth !== null);
  if (depths.length === 0) return null;
  return steps
    .slice(0, Math.min(...depths))
    .map((step) => `/${step}`)
    .join("");
}

/** After how many steps a pattern is used up. Follows all ways at once, so that `**` costs no more than its length. */
function depthOf(pattern: readonly string[], steps: readonly string[]): number | null {
  let ways = reached(pattern, [0]);
  for (let depth = 0; depth <= steps.length; depth++) {
    if (ways.has(pattern.length)) return depth;
    const step = steps[depth];
    const next: number[] = [];
    for (const way of ways) {
      if (pattern[way] === "**") next.push(way);
      else if (pattern[way] === "*" || pattern[way] === step) next.push(way + 1);
    }
    ways = reached(pattern, next);
  }
  return null;
}

/** `**` may stand for no step at all. */
function reached(pattern: readonly string[], ways: readonly number[]): ReadonlySet<number> {
  const found = new Set<number>();
  for (const way of ways) {
    let here = way;
    found.add(here);
    while (pattern[here] === "**") found.add(++here);
  }
  return found;
}
