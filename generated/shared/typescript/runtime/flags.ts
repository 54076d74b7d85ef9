/** What is on for a client: told with the welcome, and again when it changes. Only contracts with flags bring this along. */
import { Client } from "./client.js";
import type { ContractIdentity } from "./definition.js";
import { throwLater } from "./emitter.js";
import { type ServerFrame, readFrame } from "./frames.js";
import type { ClientOptions } from "./options.js";
import { type Store, makeCell } from "./store.js";
import { isArray, isObject } from "./values.js";

/** All that each flag can be; first what it is for those who have it not. */
export type FlagValues<Flags> = {
  readonly [Name in keyof Flags]: readonly [off: Flags[Name], ...others: Flags[Name][]];
};

/** What is on for this client, as a store. */
export interface FlagStore<Flags> extends Store<Flags> {
  /** What holds before the server has told: everything is off. */
  readonly initial: Flags;
}

/** Stands for a frame that has been taken already: no channel has an empty address, so nobody hears it. */
const TAKEN: ServerFrame = ["$.flags", 0, "", null];

export class FlaggedClient<Flags extends object> extends Client {
  /** What is on for this client. The snapshot is another one after each change, and only then. */
  readonly flags: FlagStore<Flags>;

  constructor(contract: ContractIdentity, values: FlagValues<Flags>, options: ClientOptions) {
    const initial = judged(values, () => undefined);
    const cell = makeCell(initial, options.onListenerError ?? throwLater);
    const read = (text: string): ServerFrame => {
      const frame = readFrame(text);
      const [tag, fields] = frame;
      if (tag === "$welcome") {
        const { flags } = fields;
        cell.set(judged(values, (name) => own(flags, name)));
      } else if (tag === "$" && fields.tag === "$flags") {
        const changed = changesOf(text);
        const before = cell.getSnapshot();
        cell.set(judged(values, (name) => own(changed, name) ?? before[name]));
        return TAKEN;
      }
      return frame;
    };
    super({ ...contract, read }, options);
    this.flags = { subscribe: cell.subscribe, getSnapshot: cell.getSnapshot, initial };
  }
}

/** A value for each flag: what was given where this version of the contract knows it, else what it is for the others. */
function judged<Flags extends object>(
  values: FlagValues<Flags>,
  given: (name: keyof Flags & string) => unknown,
): Flags {
  const names = Object.keys(values) as (keyof Flags & string)[];
  const entries = names.map((name) => {
    const known: readonly unknown[] = values[name];
    const value = given(name);
    return [name, known.includes(value) ? value : values[name][0]] as const;
  });
  // Each name of the contract has a value that the contract knows.
  return Object.fromEntries(entries) as unknown as Flags;
}

function own(values: unknown, name: string): unknown {
  return isObject(values) && Object.hasOwn(values, name) ? values[name] : undefined;
}

/** `["$flags", {…}]`, which has been read as a frame before. */
function changesOf(text: string): unknown {
  const frame: unknown = JSON.parse(text);
  return isArray(frame) ? frame[1] : undefined;
}
