/**
 * The formats of JSON Schema that are asserted, one matcher each, on the text alone. The server's `formats.py` gives
 * the same verdicts. Every expression here runs in linear time: none repeats what it could read in two ways.
 *
 * An expression called `PLAIN_…` takes what is written in the usual way, and nothing wrong: one test that builds
 * nothing. What it does not take is read in full.
 */

import { isRegexSyntax } from "./regex-syntax.js";

const TIME = /^(\d{2}):(\d{2}):(\d{2})(?:\.\d+)?(?:[Zz]|([+-])(\d{2}):(\d{2}))$/;
/** All days but 29 February. Digits stand one by one: engines read a row of classes at once, but count through `{4}`. */
const PLAIN_DATE =
  /^\d\d\d\d-(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)$/;
/** The same days, and no leap second. */
const PLAIN_DATE_TIME =
  /^\d\d\d\d-(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)[Tt](?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:[Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;
const DURATION_DAYS =
  /^P(?:\d+Y(?:\d+M(?:\d+D)?)?|\d+M(?:\d+D)?|\d+D)?(?:T(?:\d+H(?:\d+M(?:\d+S)?)?|\d+M(?:\d+S)?|\d+S))?$/;
const DURATION_WEEKS = /^P\d+W$/;
const UUID = /* @__PURE__ */ uuidPattern();
const LABEL = /^[A-Za-z\d](?:[A-Za-z\d-]{0,61}[A-Za-z\d])?$/;
const ATOMS = /^[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*$/;
/** Short enough for any label and local part, and each dot and hyphen between letters or digits. */
const PLAIN_EMAIL = /^\w+(?:[+.-]\w+)*@[A-Za-z\d]+(?:[.-][A-Za-z\d]+)*$/;
const OCTET = /^(?:25[0-5]|2[0-4]\d|1\d{2}|[1-9]?\d)$/;
const HEXTET = /^[\da-f]{1,4}$/i;
const POINTER = /^(?:\/(?:[^~/]|~[01])*)*$/;
const REFERENCE =
  /^([a-z][a-z\d+.-]*:)?(?:\/\/(?:(?:[\w.~!$&'()*+,;=:-]|%[\da-f]{2})*@)?(\[[\da-f:.]+\]|(?:[\w.~!$&'()*+,;=-]|%[\da-f]{2})*)(?::\d*)?(?=[/?#]|$))?((?:[\w.~!$&'()*+,;=:@/-]|%[\da-f]{2})*)(?:\?(?:[\w.~!$&'()*+,;=:@/?-]|%[\da-f]{2})*)?(?:#(?:[\w.~!$&'()*+,;=:@/?-]|%[\da-f]{2})*)?$/i;

/** With a scheme and a plain host, and nothing encoded. */
const PLAIN_URI = /^[a-z]+:\/\/[A-Za-z\d.-]+(?:\/[\w.~!$&'()*+,;=:@/-]*)?(?:\?[\w.~!$&'()*+,;=:@/?-]*)?$/;

/** RFC 3339 `full-date`: a day that the calendar has. */
export function isDate(text: string): boolean {
  return PLAIN_DATE.test(text) || (/^\d{4}-02-29$/.test(text) && isLeapYear(Number(text.slice(0, 4))));
}

/** RFC 3339 `full-time`; a leap second only where UTC has one, at 23:59:60. */
export function isTime(text: string): boolean {
  const found = TIME.exec(text);
  if (found === null) return false;
  const [hour, minute, second] = [Number(found[1]), Number(found[2]), Number(found[3])];
  const [offsetHour, offsetMinute] = [Number(found[5] ?? 0), Number(found[6] ?? 0)];
  if (hour > 23 || minute > 59 || second > 60 || offsetHour > 23 || offsetMinute > 59) return false;
  if (second < 60) return true;
  const offset = (offsetHour * 60 + offsetMinute) * (found[4] === "-" ? -1 : 1);
  return (hour * 60 + minute - offset + 2 * 1440) % 1440 === 1439;
}

/** RFC 3339 `date-time`, with `T` or `t` between the two. */
export function isDateTime(text: string): boolean {
  if (PLAIN_DATE_TIME.test(text)) return true;
  return (text[10] === "T" || text[10] === "t") && isDate(text.slice(0, 10)) && isTime(text.slice(11));
}

/** RFC 3339 appendix A (ISO 8601): `P3DT4H`, `P2W`. */
export function isDuration(text: string): boolean {
  return DURATION_WEEKS.test(text) || (text.length > 1 && DURATION_DAYS.test(text));
}

/** RFC 9562, with hyphens, in either case. */
export function isUuid(text: string): boolean {
  return UUID.test(text);
}

/** RFC 1123: labels of letters, digits and inner hyphens, 253 characters in all. */
export function isHostname(text: string): boolean {
  return text.length <= 253 && text.split(".").every((label) => LABEL.test(label));
}

/** RFC 5321 without quoted local parts and address literals. */
export function isEmail(text: string): boolean {
  if (text.length <= 64 && PLAIN_EMAIL.test(text)) return true;
  const at = text.indexOf("@");
  return at > 0 && at <= 64 && ATOMS.test(text.slice(0, at)) && isHostname(text.slice(at + 1));
}

/** Four decimal numbers without leading zeros. */
export function isIpv4(text: string): boolean {
  const octets = text.split(".");
  return octets.length === 4 && octets.every((octet) => OCTET.test(octet));
}

/** RFC 4291, without a zone. */
export function isIpv6(text: string): boolean {
  const tail = text.slice(text.lastIndexOf(":") + 1);
  // An IPv4 address at the end takes the room of two groups.
  if (tail.includes(".")) return isIpv4(tail) && isIpv6(`${text.slice(0, -tail.length)}0:0`);
  const [left = "", right, more] = text.split("::");
  const groups = [left, right ?? ""].flatMap((part) => (part === "" ? [] : part.split(":")));
  const fits = right === undefined ? groups.length === 8 : groups.length <= 7;
  return more === undefined && fits && groups.every((group) => HEXTET.test(group));
}

/** RFC 3986, with a scheme. */
export function isUri(text: string): boolean {
  return PLAIN_URI.test(text) || (isReference(text) && /^[a-z][a-z\d+.-]*:/i.test(text));
}

/** RFC 3986, with or without a scheme. */
export function isUriReference(text: string): boolean {
  return PLAIN_URI.test(text) || isReference(text);
}

/** RFC 6901, as a string. */
export function isJsonPointer(text: string): boolean {
  return POINTER.test(text);
}

/** A regular expression of ECMA-262 with the `u` flag, by the grammar that both ends read. */
export function isRegex(text: string): boolean {
  return isRegexSyntax(text);
}

function isReference(text: string): boolean {
  const found = REFERENCE.exec(text);
  if (found === null) return false;
  const [, scheme, host, path = ""] = found;
  if (host?.startsWith("[") === true) return isIpv6(host.slice(1, -1));
  if (host === undefined && path.startsWith("//")) return false;
  // Without a scheme and a host, a colon in the first segment would make it one.
  return scheme !== undefined || host !== undefined || !path.split("/", 1).join("").includes(":");
}

/** Digits one by one, as in dates: a third of the time that `{8}` takes. */
function uuidPattern(): RegExp {
  return new RegExp(`^${[8, 4, 4, 4, 12].map((digits) => "[\\da-fA-F]".repeat(digits)).join("-")}$`);
}

function isLeapYear(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}
