/** What is wrong with a value, and where. The codes are those of JSON Schema's keywords, the same at both ends. */

import { hasOnly, isAtLeast, own, ownNames } from "./values.js";

/** One thing wrong with a payload. */
export interface Issue {
  /** JSON pointer (RFC 6901) to the place, relative to the payload; empty for the payload itself. */
  readonly pointer: string;
  /** The JSON Schema keyword that was violated, or `depth`, or `malformed`. */
  readonly code: string;
  /** What was expected, as a clause: `must be a string`. Never holds the value itself. */
  readonly message: string;
}

/** What a keyword asks for; `#` stands for its limit. */
const MESSAGES = {
  additionalProperties: "must not have the property #",
  anyOf: "must be one of the kinds that the contract names",
  contains: "must hold an item of the kind that the contract names",
  dependentRequired: 'needs the property "#"',
  enum: "must be one of the listed values",
  exclusiveMaximum: "must be less than #",
  exclusiveMinimum: "must be more than #",
  format: "must be a valid #",
  items: "must not be there: the contract names all items",
  maxContains: "must hold at most # items of the kind that the contract names",
  maxItems: "must have at most # items",
  maxLength: "must have at most # characters",
  maxProperties: "must have at most # properties",
  maximum: "must be at most #",
  minContains: "must hold at least # items of the kind that the contract names",
  minItems: "must have at least # items",
  minLength: "must have at least # characters",
  minProperties: "must have at least # properties",
  minimum: "must be at least #",
  multipleOf: "must be a multiple of #",
  not: "must not be of the kind that the contract rules out",
  oneOf: "must be one of the kinds that the contract names",
  pattern: "must match #",
  propertyNames: "must have no property of a name that the contract forbids",
  required: 'needs the property "#"',
  type: "must be #",
  uniqueItems: "must not hold the same item twice",
} as const;

/** The types with their articles. */
const KINDS: Readonly<Record<string, string>> = {
  array: "an array",
  boolean: "true or false",
  integer: "an integer within 2^53-1",
  number: "a number",
  object: "an object",
  null: "null",
  string: "a string",
};

type Code = keyof typeof MESSAGES;

/** What a keyword asks for: a number, a name, an expression. */
type Limit = string | number | RegExp;

/** A step from a value to one inside it: the name of a member, or the index of an item. */
type Step = string | number;

/** What was found so far, and how much is wanted. */
interface Found {
  readonly issues: Issue[];
  readonly most: number;
}

/** A place in a value that is being explained: takes what is wrong there, and tells whether more is wanted. */
export class Place {
  readonly #found: Found;
  readonly #above: Place | undefined;
  readonly #steps: readonly Step[];

  constructor(found: Found, above?: Place, steps: readonly Step[] = []) {
    this.#found = found;
    this.#above = above;
    this.#steps = steps;
  }

  /** The place some steps further inside. */
  in(...steps: readonly Step[]): Place {
    return new Place(this.#found, this, steps);
  }

  /** A keyword without a limit was violated. Gives true to go on, false when nobody wants to know more. */
  refuses(code: Code, ...steps: readonly Step[]): boolean {
    return this.needs(code, "", ...steps);
  }

  /** The same for a keyword that wants something: a limit, a property, a type. */
  needs(code: Code, wanted: Limit, ...steps: readonly Step[]): boolean {
    return this.takes({ pointer: pointerOf(steps), code, message: worded(code, wanted) });
  }

  /** An issue whose pointer starts here. */
  takes({ pointer, code, message }: Issue): boolean {
    const { issues, most } = this.#found;
    issues.push({ pointer: this.#pointer() + pointer, code, message });
    return issues.length < most;
  }

  /** An object lacks one of the required names, or some. */
  requires(object: Readonly<Record<string, unknown>>, ...names: readonly string[]): boolean {
    return names.every((name) => own(object, name) !== undefined || this.needs("required", name));
  }

  /** A number is not within its bounds. */
  within(value: number, low: number, high: number, ...steps: readonly Step[]): boolean {
    return value < low ? this.needs("minimum", low, ...steps) : this.needs("maximum", high, ...steps);
  }

  /** A text is shorter or longer than it may be. */
  length(text: string, low: number, high: number, ...steps: readonly Step[]): boolean {
    return isAtLeast(text, low) ? this.needs("maxLength", high, ...steps) : this.needs("minLength", low, ...steps);
  }

  /** An object has names beside the known ones; the first is told. */
  closed(object: Readonly<Record<string, unknown>>, known: ReadonlySet<string>, ...patterns: RegExp[]): boolean {
    const surplus = ownNames(object).find((name) => !hasOnly({ [name]: 0 }, known, ...patterns));
    return this.needs("additionalProperties", JSON.stringify(surplus));
  }

  #pointer(): string {
    return this.#above === undefined ? "" : this.#above.#pointer() + pointerOf(this.#steps);
  }
}

function worded(code: Code, wanted: Limit): string {
  if (wanted === 1 && (code === "minLength" || code === "minItems")) return "must not be empty";
  const message = MESSAGES[code];
  const place = message.indexOf("#");
  const limit = code === "type" ? (KINDS[String(wanted)] ?? "") : String(wanted);
  return place < 0 ? message : message.slice(0, place) + limit + message.slice(place + 1);
}

function pointerOf(steps: readonly Step[]): string {
  let pointer = "";
  for (const step of steps) pointer += `/${typeof step === "number" ? String(step) : escaped(step)}`;
  return pointer;
}

function escaped(name: string): string {
  return /[~/]/.test(name) ? name.replaceAll("~", "~0").replaceAll("/", "~1") : name;
}
