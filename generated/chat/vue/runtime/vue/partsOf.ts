import { computed, type ComputedRef } from "vue";

/** A ref for each part of what `whole` holds, so that each can be destructured and shown on its own. */
export function partsOf<T extends object>(whole: ComputedRef<T>): { readonly [K in keyof T]: ComputedRef<T[K]> } {
  const names = Object.keys(whole.value) as (keyof T)[];
  const parts = names.map((name) => [name, computed(() => whole.value[name])] as const);
  // Snapshots have all of their parts from the first on.
  return Object.fromEntries(parts) as { readonly [K in keyof T]: ComputedRef<T[K]> };
}
