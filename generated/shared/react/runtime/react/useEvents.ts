import { useEffect, useState } from "react";

import type { Channel, EventMap } from "./core.js";

export interface EventsOptions {
  /** How many of the newest to keep. Default 100. */
  readonly keep?: number;
}

const none: readonly never[] = [];

/** The newest events since the component was mounted, oldest first. The array is the same one until the next comes. */
export function useEvents<Events extends EventMap, K extends keyof Events & string>(
  room: { readonly channel: Channel<Events> },
  event: K,
  options: EventsOptions = {},
): readonly Events[K][] {
  const { channel } = room;
  const { keep = 100 } = options;
  // A list belongs to the channel it was heard on: for another channel it is empty, without a render in between.
  const [heard, setHeard] = useState<{ on: Channel<Events> | null; list: readonly Events[K][] }>({
    on: null,
    list: none,
  });
  useEffect(() => {
    const add = (payload: Events[K]): void => {
      setHeard(({ on, list }) => ({ on: channel, list: [...(on === channel ? list : none), payload].slice(-keep) }));
    };
    return channel.on(event, add);
  }, [channel, event, keep]);
  return heard.on === channel ? heard.list : none;
}
