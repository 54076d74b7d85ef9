"use client";

import { useEffect, useState } from "react";

import type { AnyChannel, EventsOf } from "./core.js";

export interface EventsOptions {
  /** How many of the newest to keep. Default 100. */
  readonly keep?: number;
}

const none: readonly never[] = [];

/** The newest events since the component was mounted, oldest first. The array is the same one until the next comes. */
export function useEvents<C extends AnyChannel, K extends keyof EventsOf<C> & string>(
  room: { readonly channel: C },
  event: K,
  options: EventsOptions = {},
): readonly EventsOf<C>[K][] {
  const { channel } = room;
  const { keep = 100 } = options;
  // A list belongs to the channel it was heard on: for another channel it is empty, without a render in between.
  const [heard, setHeard] = useState<{ on: C | null; list: readonly EventsOf<C>[K][] }>({ on: null, list: none });
  useEffect(() => {
    const add = (payload: EventsOf<C>[K]): void => {
      setHeard(({ on, list }) => ({ on: channel, list: [...(on === channel ? list : none), payload].slice(-keep) }));
    };
    return channel.on(event, add);
  }, [channel, event, keep]);
  return heard.on === channel ? heard.list : none;
}
