import { useCallback, useState } from "react";

import type { Channel, EventMap, RequestMap, RequestOptions } from "./core.js";

/** A request of a channel, and how its latest call went. */
export interface RequestBinding<Payload, Reply> {
  /**
   * Sends it. Gives the reply, or `undefined` when it failed: `error` says why, and nothing is thrown.
   * For a promise that rejects, call the channel's own method.
   */
  readonly execute: (payload: Payload, options?: RequestOptions) => Promise<Reply | undefined>;
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
    (payload: Payload, options?: RequestOptions): Promise<Reply | undefined> => {
      const promise: Promise<Reply> = channel.request(name, payload, options);
      setCall(({ on, reply }) => ({
        ...uncalled,
        on: channel,
        promise,
        pending: true,
        reply: on === channel ? reply : undefined,
      }));
      // A call that is no longer the latest has nothing to show; whoever waits for it still gets its reply.
      const settle = (outcome: Partial<Call<Channel<EventMap, Requests>, Reply>>): void => {
        setCall((latest) => (latest.promise === promise ? { ...latest, pending: false, ...outcome } : latest));
      };
      return promise.then(
        (reply) => {
          settle({ reply });
          return reply;
        },
        (error: unknown) => {
          settle({ error: error instanceof Error ? error : new Error(String(error)) });
          return undefined;
        },
      );
    },
    [channel, name],
  );
  const { pending, error, reply } = call.on === channel ? call : uncalled;
  return { execute, pending, error, reply };
}
