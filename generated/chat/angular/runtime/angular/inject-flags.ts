import { type Signal } from "@angular/core";

import { fieldOf, injectStore } from "./bindings.js";
import type { FlagStore } from "./core.js";

/** What is on for a client. */
export function injectFlagsOf<Flags>(client: { readonly flags: FlagStore<Flags> }): Signal<Flags> {
  return injectStore(() => client.flags);
}

/** What one flag is for a client; what depends on it runs again when that one changes. */
export function injectFlagOf<Flags, Name extends keyof Flags>(
  client: { readonly flags: FlagStore<Flags> },
  name: Name,
): Signal<Flags[Name]> {
  return fieldOf(injectFlagsOf(client), name);
}
