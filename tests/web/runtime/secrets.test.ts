/** Issues inside of sensitive values; the table is the same for both ends. */
import { describe, expect, it } from "vitest";

import { InvalidPayloadError } from "../../../templates/typescript/runtime/errors.js";
import { type Brand, branded } from "../../../templates/typescript/runtime/brand.js";
import type { Check } from "../../../templates/typescript/runtime/checks.js";
import { type Issue, Place } from "../../../templates/typescript/runtime/issues.js";
import { discreet } from "../../../templates/typescript/runtime/secrets.js";
import table from "../../conformance/discretion.json" with { type: "json" };

function finding(...found: readonly (readonly string[])[]): Check {
  return (_value, at) => {
    for (const [pointer = "", code = "", message = ""] of found) at?.takes({ pointer, code, message });
    return false;
  };
}

function told(check: Check, sensitive: readonly string[], ...steps: string[]): string[][] {
  const issues: Issue[] = [];
  discreet(check, sensitive)(null, new Place({ issues, most: 32 }).in(...steps));
  return issues.map(({ pointer, code, message }) => [pointer, code, message]);
}

describe("a discreet check", () => {
  it.each(table)("$sensitive $issue.0", ({ sensitive, issue, told: wanted }) => {
    expect(told(finding(issue), sensitive)).toEqual([wanted]);
  });

  it("tells each once, and where the value stands", () => {
    const check = finding(["/cards/1", "type", "must be a string"], ["/cards/2", "type", "must be a string"]);
    expect(told(check, ["/cards"], "here")).toEqual([["/here/cards", "type", "must be a string"]]);
  });

  it("says where its secrets are, for those who show values", () => {
    expect(discreet(finding(), ["/pin"]).sensitive).toEqual(["/pin"]);
  });

  it("follows many wildcards in no more than their length", () => {
    const deep = `${"/a".repeat(64)}/b`;
    const check = finding([deep, "type", "must be a string"]);
    expect(told(check, ["/**/a".repeat(30)])).toEqual([["/a".repeat(30), "type", "must be a string"]]);
    expect(told(check, [`${"/**/a".repeat(30)}/c`])).toEqual([[deep, "type", "must be a string"]]);
  });
});

describe("a branded value", () => {
  const check: Check = (value, at) => value !== "" || (at?.needs("minLength", 1) ?? false);

  it("is the value itself", () => {
    const made: Brand<string, "Name"> = branded("Name", check, "ada");
    expect(made).toBe("ada");
  });

  it("is not made of what the contract forbids", () => {
    expect(() => branded("Name", check, "")).toThrow(InvalidPayloadError);
    expect(() => branded("Name", check, "")).toThrow("Name: the payload must not be empty");
  });
});
