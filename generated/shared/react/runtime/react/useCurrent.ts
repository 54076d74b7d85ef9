import { useInsertionEffect, useRef } from "react";

/**
 * A box with the value of the latest finished render, so that a handler that is a new function in each render
 * needs no new subscription. Insertion effects run before all others, and not on a server.
 */
export function useCurrent<T>(value: T): { readonly current: T } {
  const box = useRef(value);
  useInsertionEffect(() => {
    box.current = value;
  });
  return box;
}
