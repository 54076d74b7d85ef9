/** What generated checks ask: strings by code points, numbers by their decimal text, formats by their standards. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";

import * as formats from "../../../templates/typescript/runtime/formats.js";
import {
  type Check,
  checkAnything,
  findDeepIssues,
  findIssues,
  findReadIssues,
  findTextIssues,
} from "../../../templates/typescript/runtime/checks.js";
import { type Issue, Place } from "../../../templates/typescript/runtime/issues.js";
import {
  isAtLeast,
  isAtMost,
  isFit,
  isMultipleOf,
  isPlainText,
  isText,
  isUnique,
  isWhole,
  own,
  unfitness,
} from "../../../templates/typescript/runtime/values.js";

/** Of any code points, and of halves of some: fast-check's own kind of such texts lists them all first, for a second. */
const texts = fc
  .array(
    fc.oneof(
      fc.nat(0x7f),
      fc.integer({ min: 0x80, max: 0xffff }),
      fc.integer({ min: 0xd800, max: 0xdfff }),
      fc.integer({ min: 0x10000, max: 0x10ffff }),
    ),
    { maxLength: 16 },
  )
  .map((points) => String.fromCodePoint(...points));

describe("lengths", () => {
  it("count code points", () => {
    fc.assert(
      fc.property(texts, fc.nat(12), (text, limit) => {
        const length = Array.from(text).length;
        expect(isAtMost(text, limit)).toBe(length <= limit);
        expect(isAtLeast(text, limit)).toBe(length >= limit);
      }),
    );
  });

  it("lone surrogates are no text", () => {
    const halves = ["\ud800", "a\udc00", ["\udc00\ud800"], { "\ud800": 1 }, { a: { b: "\udfff" } }];
    expect(halves.map((each) => unfitness(each, 64))).toEqual(halves.map(() => "malformed"));
    expect(unfitness(["\u{1f600}", { "\u{1f600}": 1e308 }, null, true], 64)).toBeNull();
    const beyond = [Infinity, NaN, { a: [-Infinity] }, 1n, () => 1, Symbol("x")];
    expect(beyond.map((each) => unfitness(each, 64))).toEqual(beyond.map(() => "malformed"));
  });
});

describe("the quick look at what was read", () => {
  it("spares strings a second one, and only those of what was read", () => {
    const isAnyText: Check = (value) => isText(value);
    expect(findReadIssues(isAnyText, "plain", '"plain"')).toEqual([]);
    expect(findReadIssues(isAnyText, "\ud800", '"\\ud800"')).toMatchObject([{ code: "malformed" }]);
    expect(isText("\ud800")).toBe(false);
    const broken: Check = () => {
      throw new Error("a check that fails");
    };
    expect(() => findReadIssues(broken, "plain", '"plain"')).toThrow("a check that fails");
    expect(isText("\ud800")).toBe(false);
  });

  const part = fc.constantFrom(
    '"\\ud800"',
    '"a\\u0041"',
    '"\ud83d\ude00"',
    '"\\\\u"',
    "1e400",
    "-1e999",
    "1e300",
    "null",
    '"x"',
  );
  const text = fc.letrec<{ readonly value: string }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      part,
      fc.array(tie("value"), { maxLength: 3 }).map((items) => `[${items.join()}]`),
      fc
        .tuple(
          part.filter((each) => each.startsWith('"')),
          tie("value"),
        )
        .map(([name, each]) => `{${name}:${each}}`),
    ),
  })).value;

  it("says the same as the thorough one, of whatever JSON texts can hold", () => {
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 4 }), (each, levels) => {
        const value: unknown = JSON.parse(each);
        expect(isFit(value, levels, isPlainText(each))).toBe(unfitness(value, levels) === null);
        expect(findReadIssues(checkAnything, value, each)).toEqual(findDeepIssues(checkAnything, value));
      }),
    );
  });

  it("is not fooled by names that every object has", () => {
    const value: unknown = JSON.parse('{"__proto__": {"a": 1e999}}');
    expect(isFit(value, 64, true)).toBe(false);
  });
});

describe("numbers", () => {
  it.each([
    [0.3, 0.1, true],
    [0.07, 0.01, true],
    [1.1, 0.01, true],
    [4.35, 0.01, true],
    [0.35, 0.1, false],
    [1e300, 1e-7, true],
    [1e-7, 1e300, false],
    [12, 5, false],
    [0, 0.01, true],
    [-0.5, 0.25, true],
    [1e23, 10, true],
  ])("%d is a multiple of %d: %s", (value, factor, verdict) => {
    expect(isMultipleOf(value, factor)).toBe(verdict);
  });

  it("1.0 is whole, true is not", () => {
    expect([1.0, -0, 2 ** 53 - 1].every(isWhole)).toBe(true);
    expect([1.5, 2 ** 53, true, "1", NaN, Infinity, null].some(isWhole)).toBe(false);
  });
});

describe("items", () => {
  it.each([
    [[1, 1.0], false],
    [[1, true, "1", null], true],
    [
      [
        { a: 1, b: [2] },
        { b: [2], a: 1 },
      ],
      false,
    ],
    [[{ a: 1 }, { a: 1, b: undefined }], false],
    [[[1, 2], [2, 1], "[1,2]"], true],
    [[-0, 0], false],
  ])("%j differ: %s", (items, verdict) => {
    expect(isUnique(items)).toBe(verdict);
  });
});

describe("properties", () => {
  it("are only those that an object has itself", () => {
    const parsed = JSON.parse('{"__proto__": 1, "toString": 2}') as Record<string, unknown>;
    expect([own(parsed, "__proto__"), own(parsed, "toString"), own(parsed, "constructor")]).toEqual([1, 2, undefined]);
  });

  it("stand in pointers with ~ and / escaped", () => {
    const issues: Issue[] = [];
    new Place({ issues, most: 2 }).in("x", 7).in("a/b~c").refuses("enum", "d/e");
    expect(issues).toEqual([
      { pointer: "/x/7/a~1b~0c/d~1e", code: "enum", message: "must be one of the listed values" },
    ]);
  });
});

describe("issues", () => {
  /** A hundred things wrong. */
  const check: Check = (_, at) => {
    for (let index = 0; index < 100; index++) if (!at?.needs("type", "string", index)) return false;
    return true;
  };
  const nested = (levels: number): unknown => (levels === 0 ? 1 : [nested(levels - 1)]);

  it("are the first one, or as many as anyone could read", () => {
    expect(findIssues(check, null)).toEqual([{ pointer: "/0", code: "type", message: "must be a string" }]);
    expect(findIssues(check, null, "all")).toHaveLength(32);
    expect(findIssues(checkAnything, null, "all")).toEqual([]);
  });

  it("have words for what they want", () => {
    const worded = (...of: Parameters<Place["needs"]>): string | undefined =>
      findIssues((_, at) => at?.needs(...of) ?? false, null)[0]?.message;
    expect(worded("minLength", 1)).toBe("must not be empty");
    expect(worded("minLength", 2)).toBe("must have at least 2 characters");
    expect(worded("pattern", /^a#$/u)).toBe("must match /^a#$/u");
    expect(worded("required", "a$&b")).toBe('needs the property "a$&b"');
    expect(worded("type", "integer")).toBe("must be an integer within 2^53-1");
  });

  it("tell of too deep a value, or one that JSON can't carry, before anything is checked", () => {
    const never = (): never => {
      throw new Error("must not be called");
    };
    expect(findDeepIssues(checkAnything, nested(64))).toEqual([]);
    expect(findDeepIssues(never, nested(65))).toMatchObject([{ pointer: "", code: "depth" }]);
    expect(findDeepIssues(never, { "\ud800": 1 })).toMatchObject([{ pointer: "", code: "malformed" }]);
    const validators = { It: (value: unknown) => findIssues(checkAnything, value) };
    expect(findTextIssues(validators, "It", '["\\ud800"]')).toMatchObject([{ pointer: "", code: "malformed" }]);
    expect(findTextIssues(validators, "It", "[".repeat(65) + "]".repeat(65))).toMatchObject([{ code: "depth" }]);
    expect(findTextIssues(validators, "It", "1e400")).toMatchObject([{ code: "malformed" }]);
  });
});

describe("text", () => {
  it.each(["", "a", "é", "😀", "\ud83d\ude00x"])("is %j", (text) => {
    expect(isText(text)).toBe(true);
  });
  it.each(["\ud800", "x\udc00", "\ude00\ud83d", 1, null])("is not %j", (value) => {
    expect(isText(value)).toBe(false);
  });
  it("is known without the method of ES2024, too", () => {
    const { isWellFormed } = String.prototype as { isWellFormed?: unknown };
    Reflect.deleteProperty(String.prototype, "isWellFormed");
    try {
      expect([isText("😀"), isText("a"), isText("\ud800")]).toEqual([true, true, false]);
    } finally {
      Object.defineProperty(String.prototype, "isWellFormed", {
        value: isWellFormed,
        configurable: true,
        writable: true,
      });
    }
  });
});

/** name → texts that match, texts that don't. The server's test has the same table. */
const TABLE: Readonly<Record<string, readonly [check: (text: string) => boolean, yes: string[], no: string[]]>> = {
  date: [
    formats.isDate,
    ["2024-02-29", "2000-02-29", "0000-02-29", "9999-12-31"],
    [
      "2023-02-29",
      "1900-02-29",
      "2024-13-01",
      "2024-00-01",
      "2024-04-31",
      "2024-1-1",
      "24-01-01",
      "2024-01-01\n",
      "２０２４-01-01",
      "",
    ],
  ],
  time: [
    formats.isTime,
    ["12:00:00Z", "23:59:60Z", "22:59:60-01:00", "00:29:60+00:30", "12:00:00.123456789z", "12:00:00+23:59"],
    ["24:00:00Z", "12:60:00Z", "12:00:60Z", "12:00:00", "12:00Z", "12:00:00+24:00", "12:00:00.Z", "12:00:00 Z"],
  ],
  "date-time": [
    formats.isDateTime,
    ["2024-01-01T00:00:00Z", "2024-01-01t00:00:00.5z", "1998-12-31T23:59:60Z", "1998-12-31T15:59:60.1-08:00"],
    ["2024-01-01", "2024-01-01 00:00:00Z", "2024-02-30T00:00:00Z", "1998-12-31T23:58:60Z", "2024-01-01T00:00:00"],
  ],
  duration: [
    formats.isDuration,
    ["P1Y2M3D", "P1M", "P1D", "PT1H2M3S", "PT36H", "P1DT12H", "P2W", "P4DT12H30M5S", "PT0S"],
    ["P", "PT", "P1", "1D", "P1DT", "P1Y2D", "PT1H3S", "P1W2D", "P1.5D", "P-1D", "P2D1Y", "PT1D"],
  ],
  uuid: [
    formats.isUuid,
    [
      "2eb8aa08-aa98-11ea-b4aa-73b441d16380",
      "2EB8AA08-AA98-11EA-B4AA-73B441D16380",
      "00000000-0000-0000-0000-000000000000",
    ],
    [
      "2eb8aa08aa9811eab4aa73b441d16380",
      "2eb8aa08-aa98-11ea-b4aa-73b441d1638",
      "2eb8aa08-aa98-11ea-b4ga-73b441d16380",
      "",
    ],
  ],
  email: [
    formats.isEmail,
    ["a@b", "joe.bloggs@example.com", "te~st@example.com", "a+b@xn--bcher-kva.example"],
    ["", "@b", "a@", "a", ".a@b", "a.@b", "a..b@c", "a@b@c", "a b@c", "ä@b", `${"x".repeat(65)}@b`, "a@-b"],
  ],
  hostname: [
    formats.isHostname,
    ["localhost", "a.b", "1.example", "x".repeat(63), "a-b.c"],
    ["", ".", "a.", "-a", "a-", "a..b", "a_b", "x".repeat(64), "ü.example", Array(128).fill("ab").join(".")],
  ],
  ipv4: [
    formats.isIpv4,
    ["0.0.0.0", "255.255.255.255"],
    ["256.0.0.0", "1.2.3", "1.2.3.4.5", "01.2.3.4", "1.2.3.4 ", "0x1.0.0.0"],
  ],
  ipv6: [
    formats.isIpv6,
    ["::", "::1", "1::", "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7::", "::ffff:1.2.3.4", "1:2:3:4:5:6:1.2.3.4", "fe80::a"],
    [
      "",
      ":",
      ":::",
      "1::2::3",
      "1:2:3:4:5:6:7",
      "1:2:3:4:5:6:7:8:9",
      "12345::",
      "::1.2.3",
      "fe80::a%eth0",
      "1:2:3:4:5:6:7:1.2.3.4",
      "::g",
    ],
  ],
  uri: [
    formats.isUri,
    [
      "http://a",
      "http://a.b/c?d=e#f",
      "urn:isbn:1",
      "mailto:a@b",
      "file:///x",
      "http://[::1]:80/",
      "a:b",
      "http://u:p@h:1/%20",
    ],
    [
      "",
      "//a",
      "/a",
      "a",
      "http://[::g]/",
      "http://a b",
      "http:// a",
      "http://a/\\",
      "http://a/%2",
      "1http://a",
      "http://a:x/",
      "http://ü",
    ],
  ],
  "uri-reference": [
    formats.isUriReference,
    ["", "/a", "a/b", "//host/x", "#frag", "?q", "./a:b", "http://a", "a?b:c"],
    ["\\a", "1:b", "a b", "#a#b", "//[x]/", "%zz"],
  ],
  "json-pointer": [formats.isJsonPointer, ["", "/", "/a/b", "/a~0b~1c", "/ü"], ["a", "/~", "/~2", "#/a", "/a~"]],
  regex: [formats.isRegex, ["", "a|b", "^[a-z]+$"], ["(", "[", "a**", "\\", "\\p{L}"]],
};

describe("a date-time", () => {
  it("is a date, a T and a time, on the short way as on the long one", () => {
    const digits = fc.nat(99).map((each) => String(each).padStart(2, "0"));
    const zone = fc.constantFrom("Z", "+00:00", "-23:59", "+24:00", "");
    fc.assert(
      fc.property(digits, digits, digits, digits, digits, zone, (month, day, hour, minute, second, offset) => {
        const [date, time] = [`2024-${month}-${day}`, `${hour}:${minute}:${second}${offset}`];
        expect(formats.isDateTime(`${date}T${time}`)).toBe(formats.isDate(date) && formats.isTime(time));
      }),
      {
        examples: [
          ["02", "29", "23", "59", "60", "Z"],
          ["12", "31", "00", "00", "00", "-23:59"],
        ],
      },
    );
  });
});

describe.each(Object.entries(TABLE))("the format %s", (_, [check, yes, no]) => {
  it.each(yes)("takes %j", (text) => {
    expect(check(text)).toBe(true);
  });
  it.each(no)("refuses %j", (text) => {
    expect(check(text)).toBe(false);
  });
  it("is decided in linear time", () => {
    for (const start of ["", "a", "a@", "a:", "P1", "1.", "/~0", "::"]) {
      for (const unit of ["a", "1", "a.", "1Y", "%20", "/", ":", "0:", "~0", "(a", "@"])
        check(start + unit.repeat(20_000));
    }
  });
});
