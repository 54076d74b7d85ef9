/** Types that the contract gives a name of their own, though they are strings or numbers. */
import { type Check, findIssues } from "./checks.js";
import { InvalidPayloadError } from "./errors.js";

declare const brand: unique symbol;

/** A `Base` that was made or checked as a `Name`. It is still a `Base`; a `Base` is no `Name`. */
export type Brand<Base extends string | number, Name extends string> = Base & { readonly [brand]: Name };

/** The value, once it is known to be of the type called `name`. Throws `InvalidPayloadError` when it is not. */
export function branded<Base extends string | number, Name extends string>(
  name: Name,
  check: Check,
  value: Base,
): Brand<Base, Name> {
  const issues = findIssues(check, value);
  if (issues.length > 0) throw new InvalidPayloadError(name, issues);
  return value as Brand<Base, Name>;
}
