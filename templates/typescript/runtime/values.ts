/** Questions that generated checks ask about JSON values. */

const SURROGATE = /[\ud800-\udfff]/;
const LONE_SURROGATE = /\p{Surrogate}/u;

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function isArray(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

/** A property of the object's own: for names that `Object.prototype` has too, such as `constructor`. */
export function own(object: Readonly<Record<string, unknown>>, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

/** Names of the object's own properties that are there for JSON: `undefined` is not sent. */
export function ownNames(object: Readonly<Record<string, unknown>>): string[] {
  return Object.keys(object).filter((name) => object[name] !== undefined);
}

/** Whether an object has no names but the known ones, and those that a pattern takes. */
export function hasOnly(
  object: Readonly<Record<string, unknown>>,
  known: ReadonlySet<string>,
  ...patterns: readonly RegExp[]
): boolean {
  for (const name in object) {
    if (!known.has(name) && !patterns.some((each) => each.test(name)) && own(object, name) !== undefined) return false;
  }
  return true;
}

/**
 * Whether a value that came from JSON nests no deeper than `levels`, and holds finite numbers and whole characters.
 * Builds nothing; who gets a no asks `unfitness` for the reason. `plain` says that no string in it can be malformed.
 */
export function isFit(value: unknown, levels: number, plain: boolean): boolean {
  if (typeof value === "string") return plain || isWellFormed(value);
  if (typeof value !== "object" || value === null) return typeof value !== "number" || Number.isFinite(value);
  if (levels === 0) return false;
  if (isArray(value)) {
    for (const item of value) if (!isFit(item, levels - 1, plain)) return false;
    return true;
  }
  for (const name in value) {
    if (!plain && !isWellFormed(name)) return false;
    const member = (value as Readonly<Record<string, unknown>>)[name];
    // Most are strings, and not worth a call.
    if (!(plain && typeof member === "string") && !isFit(member, levels - 1, plain)) return false;
  }
  return true;
}

/** Whether a JSON text of whole characters spells all its strings out, so that none of them can hold half of a pair. */
export function isPlainText(text: string): boolean {
  return !text.includes("\\u") && isWellFormed(text);
}

/**
 * What makes a value unfit before anything is asked of the contract: `malformed` where JSON has no place for a string
 * or a number in it, `depth` where it nests deeper than `levels`, whatever else is wrong; `null` for a fit one.
 */
export function unfitness(value: unknown, levels: number): "malformed" | "depth" | null {
  switch (typeof value) {
    case "string":
      return isWellFormed(value) ? null : "malformed";
    case "number":
      return Number.isFinite(value) ? null : "malformed";
    case "object":
      if (value === null) return null;
      if (levels === 0) return "depth";
      if (isArray(value)) return unfitItem(value, levels - 1);
      return isObject(value) ? unfitMember(value, levels - 1) : null;
    case "boolean":
    case "undefined":
      return null;
    default:
      return "malformed";
  }
}

function unfitItem(items: readonly unknown[], levels: number): "malformed" | "depth" | null {
  let found: "malformed" | null = null;
  for (const item of items) {
    const unfit = unfitness(item, levels);
    if (unfit === "depth") return unfit;
    found ??= unfit;
  }
  return found;
}

function unfitMember(object: Readonly<Record<string, unknown>>, levels: number): "malformed" | "depth" | null {
  let found: "malformed" | null = null;
  for (const name of Object.keys(object)) {
    const unfit = unfitness(object[name], levels);
    if (unfit === "depth") return unfit;
    found ??= isWellFormed(name) ? unfit : "malformed";
  }
  return found;
}

/** Whether brackets outside of strings open more than `most` levels, in a text that need be no JSON. */
export function opensMore(text: string, most: number): boolean {
  let levels = 0;
  for (const [part] of text.matchAll(/"[^"\\]*(?:\\[^][^"\\]*)*"?|[[\]{}]/gu)) {
    if (part === "[" || part === "{") levels++;
    else if (part === "]" || part === "}") levels--;
    if (levels > most) return true;
  }
  return false;
}

/** UTF-8 can carry it: no half of a pair stands alone. */
function isWellFormed(text: string & { isWellFormed?(): boolean }): boolean {
  // A method of ES2024; where it is missing, text without any half is the rule, and found out quickly.
  return text.isWellFormed?.() ?? (!SURROGATE.test(text) || !LONE_SURROGATE.test(text));
}

/** Any string: for what has to have a format of ASCII characters anyway. */
export function isString(value: unknown): value is string {
  return typeof value === "string";
}

/** Whether all strings that are asked about now have been looked at before. */
let areWhole = false;

/** Asks a check about a value whose strings are all of whole characters, so that it looks at none of them again. */
export function isTakenWhole(check: (value: unknown) => boolean, value: unknown): boolean {
  areWhole = true;
  try {
    return check(value);
  } finally {
    areWhole = false;
  }
}

/** A string of whole characters. */
export function isText(value: unknown): value is string {
  return typeof value === "string" && (areWhole || isWellFormed(value));
}

export function isNumber(value: unknown): value is number {
  return Number.isFinite(value);
}

/** A number without a fraction (`1.0` is one) that both languages hold exactly: within 2^53-1. */
export function isWhole(value: unknown): value is number {
  return Number.isSafeInteger(value);
}

/** How many code points a string has; its `length` counts UTF-16 units. */
function codePoints(text: string): number {
  let count = text.length;
  for (let index = 0; index < text.length - 1; index++) {
    if (isHighSurrogate(text.charCodeAt(index)) && isLowSurrogate(text.charCodeAt(index + 1))) {
      count--;
      index++;
    }
  }
  return count;
}

/** At most `limit` code points. Most strings are decided by their `length` alone. */
export function isAtMost(text: string, limit: number): boolean {
  return text.length <= limit || (text.length <= 2 * limit && codePoints(text) <= limit);
}

/** At least `limit` code points. */
export function isAtLeast(text: string, limit: number): boolean {
  return text.length >= limit && (text.length >= 2 * limit || codePoints(text) >= limit);
}

/** From `low` to `high` code points. */
export function hasLength(text: string, low: number, high: number): boolean {
  return isAtLeast(text, low) && isAtMost(text, high);
}

/** From `low` to `high`, both included. */
export function isWithin(value: number, low: number, high: number): boolean {
  return value >= low && value <= high;
}

/** Whether no two items are the same JSON value; the order of an object's names does not count. */
export function isUnique(items: readonly unknown[]): boolean {
  return new Set(items.map(canonical)).size === items.length;
}

/** The values of a JSON text that is a list, for `isListed`. */
export function listed(text: string): ReadonlySet<string> {
  const values: unknown = JSON.parse(text);
  return new Set(isArray(values) ? values.map(canonical) : []);
}

/** Whether a value is the same JSON value as one of a list. */
export function isListed(value: unknown, values: ReadonlySet<string>): boolean {
  return values.has(canonical(value));
}

/** Whether `value` is a multiple of `factor` in decimal arithmetic, on the shortest text of both. */
export function isMultipleOf(value: number, factor: number): boolean {
  const left = decimal(value);
  const right = decimal(factor);
  const exponent = Math.min(left.exponent, right.exponent);
  const scaled = (each: Decimal): bigint => each.digits * 10n ** BigInt(each.exponent - exponent);
  return scaled(left) % scaled(right) === 0n;
}

interface Decimal {
  readonly digits: bigint;
  readonly exponent: number;
}

function decimal(value: number): Decimal {
  const [mantissa = "0", exponent = "0"] = String(value).split("e");
  const [whole = "0", fraction = ""] = mantissa.split(".");
  return { digits: BigInt(whole + fraction), exponent: Number(exponent) - fraction.length };
}

function canonical(value: unknown): string {
  if (isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (!isObject(value)) return JSON.stringify(value ?? null);
  const members = ownNames(value).sort();
  return `{${members.map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`).join(",")}}`;
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit < 0xdc00;
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit < 0xe000;
}
