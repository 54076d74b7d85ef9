/** A client of a contract that has flags and nothing else, with a server in memory. */
import { type ClientOptions, FlaggedClient } from "../../../templates/typescript/runtime/codegen-v1.js";
import { Fake } from "../../../templates/typescript/runtime/testing.js";

export interface Flags {
  readonly compact: boolean;
  readonly layout: "wide" | "narrow";
}

const values = { compact: [false, true], layout: ["wide", "narrow"] } as const;

class Flagged extends FlaggedClient<Flags> {
  constructor(options: ClientOptions) {
    super({ name: "flags", version: "1.0.0", hash: "" }, values, options);
  }
}

/** It is connected when `settled()` has passed. */
export function flagged(): Fake<Flagged, object, Flags> {
  const fake = new Fake<Flagged, object, Flags>({
    create: (options) => new Flagged(options),
    facts: [],
    flags: values,
    channels: () => ({}),
  });
  fake.client.connect();
  return fake;
}
