/**
 * Frames on the console, for `debug: true`. Loaded only then: nothing imports this module statically, so that bundlers
 * can put it into a file of its own.
 */
import { entryOf } from "./frame-entry.js";
import type { Tap } from "./options.js";

/** A `debug` option that prints. */
export function consoleTap(print: (...words: unknown[]) => void = console.debug): Tap {
  return {
    measures: true,
    frame: (direction, text, check) => {
      const { tag, content, issues } = entryOf(direction, text, check);
      print(direction === "in" ? "←" : "→", tag, ...content, ...issues);
    },
    latency: (milliseconds) => {
      print("↔", `${String(milliseconds)} ms`);
    },
  };
}
