import { computed, type Signal } from "@angular/core";

import type { FlagStore } from "./core.js";
import { injectStore } from "./inject-store.js";

/** What is on for a client. */
export function injectFlagsOf<Flags>({ flags }: { readonly flags: FlagStore<Flags> }): Signal<Flags> {
  return injectStore(() => flags);
}

/** What one flag is for a client; what depends on it runs again when that one changes. */
export function injectFlagOf<Flags, Name extends keyof Flags>(
  client: { readonly flags: FlagStore<Flags> },
  name: Name,
): Signal<Flags[Name]> {
  const all = injectFlagsOf(client);
  return computed(() => all()[name]);
}
