"use client";

import { useCallback, useState } from "react";

import type { Channel, EventMap, RequestMap, RequestOptions } from "./core.js";

/** A request of a channel, and how its latest call went. */
export interface RequestBinding<Payload, Reply> {
  /**
   * Sends it. The promise settles as that of the channel's own method does; who shows `error` may ignore it.
   * The function is the same one while the channel is.
   */
  readonly execute: (payload: Payload, options?: RequestOptions) => Promise<Reply>;
  /** Whether the latest call is still without an answer. */
  readonly pending: boolean;
  /** Why the latest call failed; `null` while it runs and when it went well. */
  readonly error: Error | null;
  /** The newest reply on this channel; `undefined` before the first. */
  readonly reply: Reply | undefined;
}

interface Call<C, Reply> {
  readonly on: C | null;
  readonly promise: Promise<Reply> | null;
  readonly pending: boolean;
  readonly error: Error | null;
  readonly reply: Reply | undefined;
}

const uncalled = { on: null, promise: null, pending: false, error: null, reply: undefined };

/** Binds a request of a channel to a component, so that it can show what is pending and what went wrong. */
export function useRequest<Requests extends RequestMap, K extends keyof Requests & string>(
  room: { readonly channel: Channel<EventMap, Requests> },
  name: K,
): RequestBinding<Requests[K]["payload"], Requests[K]["reply"]> {
  type Payload = Requests[K]["payload"];
  type Reply = Requests[K]["reply"];
  const { channel } = room;
  const [call, setCall] = useState<Call<Channel<EventMap, Requests>, Reply>>(uncalled);
  const execute = useCallback(
    (payload: Payload, options?: RequestOptions): Promise<Reply> => {
      const promise: Promise<Reply> = channel.request(name, payload, options);
      setCall(({ on, reply }) => ({
        ...uncalled,
        on: channel,
        promise,
        pending: true,
        reply: on === channel ? reply : undefined,
      }));
      // A call that is no longer the latest has nothing to say here; its own promise still does.
      const settle = (outcome: Partial<Call<Channel<EventMap, Requests>, Reply>>): void => {
        setCall((latest) => (latest.promise === promise ? { ...latest, pending: false, ...outcome } : latest));
      };
      promise.then(
        (reply) => {
          settle({ reply });
        },
        (error: unknown) => {
          settle({ error: error instanceof Error ? error : new Error(String(error)) });
        },
      );
      return promise;
    },
    [channel, name],
  );
  const { pending, error, reply } = call.on === channel ? call : uncalled;
  return { execute, pending, error, reply };
}
