/** What `editor/operations.py` does, in the browser: its words say how and why. */
import type { Operation } from "../../../generated/shared/typescript/collab/index.js";

export function apply(text: string, operations: readonly Operation[]): string {
  return operations.reduce((before, each) => {
    const [head, tail] = [before.slice(0, each.at), before.slice(each.at)];
    return each.kind === "insert" ? head + each.text + tail : head + tail.slice(each.count);
  }, text);
}

/** My step as it must be after theirs; `null` when nothing is left. `first`: mine goes before theirs at a tie. */
function transform(mine: Operation, theirs: Operation, first: boolean): Operation | null {
  const [a, b] = [mine.at, theirs.at];
  if (mine.kind === "insert") {
    if (theirs.kind === "insert") {
      return b < a || (b === a && !first) ? { ...mine, at: a + theirs.text.length } : mine;
    }
    if (a <= b) return mine;
    return a >= b + theirs.count ? { ...mine, at: a - theirs.count } : null;
  }
  if (theirs.kind === "insert") {
    if (b <= a) return { ...mine, at: a + theirs.text.length };
    return b >= a + mine.count ? mine : { ...mine, count: mine.count + theirs.text.length };
  }
  const overlap = Math.max(0, Math.min(a + mine.count, b + theirs.count) - Math.max(a, b));
  if (overlap === mine.count) return null;
  const before = b < a ? Math.max(0, Math.min(a, b + theirs.count) - b) : 0;
  return { ...mine, at: a - before, count: mine.count - overlap };
}

export type Edit = readonly Operation[];

/** Two edits of one text: mine as it must be after theirs, and theirs as it must be after mine. */
export function rebase(mine: Edit, theirs: Edit, first: boolean): readonly [mine: Edit, theirs: Edit] {
  let left = theirs;
  const moved: Operation[] = [];
  for (const each of mine) {
    let step: Operation | null = each;
    const passed: Operation[] = [];
    for (const other of left) {
      const after: Operation | null = step === null ? other : transform(other, step, !first);
      step = step === null ? null : transform(step, other, first);
      if (after !== null) passed.push(after);
    }
    left = passed;
    if (step !== null) moved.push(step);
  }
  return [moved, left];
}

/** Where a place is after an edit of somebody else. */
export function moved(place: number, edit: Edit): number {
  return edit.reduce((at, each) => {
    if (each.at > at) return at;
    return each.kind === "insert" ? at + each.text.length : Math.max(each.at, at - each.count);
  }, place);
}

/** The contract's longest text of one step. */
const LONGEST = 500;

/** What leads from one text to another: what differs between their common begin and their common end. */
export function difference(from: string, to: string): Edit {
  const shorter = Math.min(from.length, to.length);
  let begin = 0;
  while (begin < shorter && from[begin] === to[begin]) begin++;
  let end = 0;
  while (end < shorter - begin && from[from.length - 1 - end] === to[to.length - 1 - end]) end++;
  const count = from.length - begin - end;
  const steps: Operation[] = count > 0 ? [{ kind: "delete", at: begin, count }] : [];
  const added = to.slice(begin, to.length - end);
  for (let start = 0; start < added.length; start += LONGEST) {
    steps.push({ kind: "insert", at: begin + start, text: added.slice(start, start + LONGEST) });
  }
  return steps;
}
