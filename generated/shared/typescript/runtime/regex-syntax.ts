/**
 * The syntax of regular expressions in ECMA-262 (2018) with the `u` flag: what `format: regex` accepts.
 *
 * Engines disagree at the edges (Python's takes `a{2,1`, browsers know different Unicode properties), so both ends read
 * a text by the same small grammar instead of asking theirs; `regex_syntax.py` is the other one. Left out: `\p{…}`,
 * whose names depend on the version of Unicode, and names of groups beyond ASCII.
 */

const ESCAPE =
  "[dDwWsSfnrtv]|c[A-Za-z]|0(?![0-9])|x[\\dA-Fa-f]{2}" +
  "|u[dD][89abAB][\\dA-Fa-f]{2}\\\\u[dD][c-fC-F][\\dA-Fa-f]{2}|u[\\dA-Fa-f]{4}" +
  "|u\\{0*(?:10|[\\dA-Fa-f])?[\\dA-Fa-f]{1,4}\\}|[\\^$\\\\.*+?()[\\]{}|/]";
const NAME = "[A-Za-z_$][\\w$]*";
// Made by functions, so that bundlers can leave them out: text put together might do something, for all they know.
const TOKEN = /* @__PURE__ */ tokenPattern();
const MEMBER = /* @__PURE__ */ memberPattern();
const LOOKING = /^\(\?<?[=!]/;
const KIND = /^\\[dDwWsS]$/;
const CONTROLS: Readonly<Record<string, number>> = { t: 9, n: 10, v: 11, f: 12, r: 13, b: 8 };

/** Whether the grammar reads the whole text; in time linear in its length. */
export function isRegexSyntax(text: string): boolean {
  const opened: string[] = [];
  const names = new Set<string>();
  const known: string[] = [];
  let [groups, highest, at, repeatable] = [0, 0, 0, false];
  while (at < text.length) {
    TOKEN.lastIndex = at;
    const token = TOKEN.exec(text)?.groups;
    if (token === undefined) return false;
    at = TOKEN.lastIndex;
    if (token["times"] !== undefined && !(repeatable && isInOrder(token["least"], token["most"]))) return false;
    const { anchor, open, close, either, times, name } = token;
    repeatable = [anchor, open, close, either, times].every((each) => each === undefined);
    if (open !== undefined) {
      opened.push(open);
      if (name !== undefined || open === "(") groups++;
      if (name !== undefined && names.size === names.add(name).size) return false;
    } else if (close !== undefined) {
      const group = opened.pop();
      if (group === undefined) return false;
      repeatable = !LOOKING.test(group);
    } else if (token["set"] !== undefined && !isSet(token["set"])) return false;
    highest = Math.max(highest, Number(token["number"] ?? 0));
    if (token["known"] !== undefined) known.push(token["known"]);
  }
  return opened.length === 0 && highest <= groups && known.every((each) => names.has(each));
}

/** Whether a count such as `{2,5}` does not end below its start; digits without end are compared as text. */
function isInOrder(least = "", most = ""): boolean {
  if (most === "") return true;
  const [low, high] = [least.replace(/^0+/, ""), most.replace(/^0+/, "")];
  return low.length === high.length ? low <= high : low.length < high.length;
}

/** Whether what stands in brackets is made of members, and its ranges of characters in order. */
function isSet(text: string): boolean {
  const members: string[] = [];
  for (let at = 0; at < text.length; at = MEMBER.lastIndex) {
    MEMBER.lastIndex = at;
    const member = MEMBER.exec(text);
    if (member === null) return false;
    members.push(member[0]);
  }
  for (let index = 0; index + 2 < members.length; index++) {
    const [low = "", dash, high = ""] = members.slice(index, index + 3);
    if (dash !== "-") continue;
    if (KIND.test(low) || KIND.test(high) || codePoint(low) > codePoint(high)) return false;
    index += 2;
  }
  return true;
}

/** The code point that a member of a class stands for. */
function codePoint(member: string): number {
  if (!member.startsWith("\\") || member.length === 1) return member.codePointAt(0) ?? 0;
  const [kind, rest] = [member.charAt(1), member.slice(2)];
  if (kind === "u" && rest.charAt(4) === "\\") {
    return (
      String.fromCharCode(Number.parseInt(rest.slice(0, 4), 16), Number.parseInt(rest.slice(6), 16)).codePointAt(0) ?? 0
    );
  }
  if ((kind === "x" || kind === "u") && rest !== "") return Number.parseInt(rest.replaceAll(/[{}]/g, ""), 16);
  if (kind === "c") return rest.charCodeAt(0) % 32;
  return kind === "0" ? 0 : (CONTROLS[kind] ?? kind.charCodeAt(0));
}

function tokenPattern(): RegExp {
  return new RegExp(
    "(?<anchor>\\^|\\$|\\\\[bB])" +
      `|(?<open>\\((?:\\?(?:[:=!]|<[=!]|<(?<name>${NAME})>))?)` +
      "|(?<close>\\))" +
      "|(?<either>\\|)" +
      "|(?<times>(?:[*+?]|\\{(?<least>\\d+)(?:,(?<most>\\d*))?\\})\\??)" +
      "|\\[\\^?(?<set>(?:[^\\]\\\\]|\\\\[^])*)\\]" +
      "|\\\\(?<number>[1-9]\\d*)" +
      `|\\\\k<(?<known>${NAME})>` +
      `|\\\\(?:${ESCAPE})|[^\\^$\\\\*+?()[\\]{}|]`,
    "uy",
  );
}

function memberPattern(): RegExp {
  return new RegExp(`\\\\(?:${ESCAPE}|[b-])|[^\\\\]`, "uy");
}
