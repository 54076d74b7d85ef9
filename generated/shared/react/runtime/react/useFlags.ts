import { useSyncExternalStore } from "react";

import type { FlagStore } from "./core.js";

/** What is on for a client; rendered again when something changes. On a server everything is off. */
export function useFlagsOf<Flags>({ flags }: { readonly flags: FlagStore<Flags> }): Flags {
  return useSyncExternalStore(flags.subscribe, flags.getSnapshot, () => flags.initial);
}

/** What one flag is for a client; rendered again when that one changes. */
export function useFlagOf<Flags, Name extends keyof Flags>(
  { flags }: { readonly flags: FlagStore<Flags> },
  name: Name,
): Flags[Name] {
  return useSyncExternalStore(
    flags.subscribe,
    () => flags.getSnapshot()[name],
    () => flags.initial[name],
  );
}
