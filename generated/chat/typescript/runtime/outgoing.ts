/** What leaves: checked as the JSON it will be, not as the object it is made from. */
import { type Check, findDeepIssues } from "./checks.js";
import { InvalidPayloadError } from "./errors.js";
import type { Issue } from "./issues.js";

const NO_JSON: Issue = { pointer: "", code: "type", message: "must be a value that JSON can carry" };

/** The JSON of a payload. Throws `InvalidPayloadError` if the contract (or JSON) has no place for it. */
export function payloadText(tag: string, payload: unknown, check: Check | null): string {
  const text = jsonOf(payload);
  if (text === undefined) throw new InvalidPayloadError(tag, [NO_JSON]);
  const issues = check ? findDeepIssues(check, JSON.parse(text), "all") : [];
  if (issues.length > 0) throw new InvalidPayloadError(tag, issues);
  return text;
}

/** An event as it travels; its payload is JSON already. */
export function eventText(tag: string, ref: number, address: string, payload: string): string {
  return `[${JSON.stringify(tag)},${String(ref)},${JSON.stringify(address)},${payload}]`;
}

function jsonOf(payload: unknown): string | undefined {
  try {
    // Undefined for a function or a symbol, whatever the declaration says.
    return JSON.stringify(payload);
  } catch {
    return undefined;
  }
}
