"use client";

import { useEffect } from "react";

import type { AnyChannel, EventMeta, EventsOf } from "./core.js";
import { useCurrent } from "./useCurrent.js";

/** Calls `handler` for each event while mounted: always the latest handler, never with a payload that is not valid. */
export function useEvent<C extends AnyChannel, K extends keyof EventsOf<C> & string>(
  room: { readonly channel: C },
  event: K,
  handler: (payload: EventsOf<C>[K], meta: EventMeta) => void,
): void {
  const { channel } = room;
  const current = useCurrent(handler);
  useEffect(
    () => channel.on(event, (payload: EventsOf<C>[K], meta: EventMeta) => current.current(payload, meta)),
    [channel, event, current],
  );
}
