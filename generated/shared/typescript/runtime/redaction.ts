/** Values without what the contract calls sensitive, to be shown to people. */
import type { Check } from "./checks.js";
import type { DiscreetCheck } from "./secrets.js";
import { isArray, isObject } from "./values.js";

const HIDDEN = "…";

/** Whether a check knows where sensitive values are. */
export function isDiscreet(check: Check): check is DiscreetCheck {
  return "sensitive" in check;
}

/** The value, with `…` in place of what any of the pointers leads to; `*` is any step, `**` any number of them. */
export function redacted(value: unknown, sensitive: readonly string[]): unknown {
  return without(
    value,
    sensitive.map((pointer) => pointer.split("/").slice(1)),
  );
}

function without(value: unknown, patterns: readonly (readonly string[])[]): unknown {
  const ways = patterns.flatMap(expanded);
  if (ways.some((way) => way.length === 0)) return HIDDEN;
  if (ways.length === 0) return value;
  if (isArray(value)) return value.map((each, index) => without(each, after(ways, String(index))));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, without(each, after(ways, name))]));
}

/** `**` may stand for no step at all. */
function expanded(pattern: readonly string[]): (readonly string[])[] {
  return pattern[0] === "**" ? [pattern, ...expanded(pattern.slice(1))] : [pattern];
}

function after(patterns: readonly (readonly string[])[], step: string): (readonly string[])[] {
  return patterns.flatMap((pattern) => {
    const [first] = pattern;
    if (first === "**") return [pattern];
    return first === "*" || first === step ? [pattern.slice(1)] : [];
  });
}
