/**
 * Frames on the console, for `debug: true`. Loaded only then: nothing imports this module statically, so that bundlers
 * can put it into a file of its own.
 */
import { entryOf } from "./frame-entry.js";
import type { Tap } from "./options.js";
import { isObject } from "./values.js";

type Print = (...words: unknown[]) => void;

/** A `debug` option that prints, and warns once of each thing that the server says is going away. */
export function consoleTap(print: Print = console.debug, warn: Print = console.warn): Tap {
  const told = new Set<string>();
  return {
    measures: true,
    frame: (direction, text, check) => {
      const { tag, content, issues } = entryOf(direction, text, check);
      print(direction === "in" ? "←" : "→", tag, ...content, ...issues);
      const [fields] = content;
      if (direction === "in" && tag === "$deprecated" && isObject(fields) && typeof fields["tag"] === "string") {
        const words = aboutDeprecated(fields);
        if (!told.has(words)) warn(words);
        told.add(words);
      }
    },
    latency: (milliseconds) => {
      print("↔", `${String(milliseconds)} ms`);
    },
  };
}

/** Such as: /text of room.say is deprecated: since 1.4.0, gone on 2027-03-01, use body. */
function aboutDeprecated(fields: Readonly<Record<string, unknown>>): string {
  const said = (name: string): string => (typeof fields[name] === "string" ? fields[name] : "");
  const [channel = "", event = ""] = said("tag").split(".");
  const shown = event === "$state" ? `what members of ${channel} show` : said("tag");
  const whole = event === "$join" ? `the channel ${channel}` : shown;
  const what = fields["heard"] === true ? `${whole}, which the server sends,` : whole;
  const part = [said("at"), said("value")].filter((each) => each !== "").join(" ");
  const parts = [
    said("since") && `since ${said("since")}`,
    said("sunset") && `gone on ${said("sunset")}`,
    said("use") && `use ${said("use")}`,
  ].filter((each) => each !== "");
  const end = parts.length > 0 ? `: ${parts.join(", ")}` : "";
  return `${part === "" ? what : `${part} of ${what}`} is deprecated${end}`;
}
