import { computed, type ComputedRef } from "vue";

import type { FlagStore } from "./core.js";
import { useStore } from "./useStore.js";

/** What is on for a client. On a server everything is off. */
export function useFlagsOf<Flags>({ flags }: { readonly flags: FlagStore<Flags> }): ComputedRef<Flags> {
  return useStore(() => flags, flags.initial);
}

/** What one flag is for a client; what depends on it runs again when that one changes. */
export function useFlagOf<Flags, Name extends keyof Flags>(
  client: { readonly flags: FlagStore<Flags> },
  name: Name,
): ComputedRef<Flags[Name]> {
  const all = useFlagsOf(client);
  return computed(() => all.value[name]);
}
