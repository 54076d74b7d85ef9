import { useCallback, useState } from "react";

import {
  type AbortedError,
  type AnyChannel,
  DisconnectedError,
  errorOf,
  type ErrorOf,
  type RequestOptions,
  type RequestsOf,
} from "./core.js";
import type { WithChannel } from "./useChannel.js";

/** A request of a channel, and how its latest call went. */
export interface RequestBinding<Payload, Reply, Failure> {
  /**
   * Sends it. Gives the reply, or `undefined` when it failed: `error` says why, and nothing is thrown. It rejects only
   * where there is no channel to ask. For a promise that always rejects, call the channel's own method.
   */
  readonly execute: (payload: Payload, options?: RequestOptions) => Promise<Reply | undefined>;
  /** Whether the latest call is still without an answer. */
  readonly pending: boolean;
  /** Why the latest call failed: its `code` tells. `null` while it runs and when it went well. */
  readonly error: Failure | AbortedError | null;
  /** The newest reply on this channel; `undefined` before the first. */
  readonly data: Reply | undefined;
}

interface Call<Reply, Failure> {
  readonly on: AnyChannel | null;
  readonly promise: Promise<unknown> | null;
  readonly pending: boolean;
  readonly error: Failure | AbortedError | null;
  readonly data: Reply | undefined;
}

const uncalled = { on: null, promise: null, pending: false, error: null, data: undefined };

/** Binds a request of a channel to a component, so that it can show what is pending and what went wrong. */
export function useRequest<C extends AnyChannel, Name extends keyof RequestsOf<C> & string>(
  { channel }: WithChannel<C>,
  name: Name,
): RequestBinding<RequestsOf<C>[Name]["payload"], RequestsOf<C>[Name]["reply"], ErrorOf<C, Name>> {
  type Reply = RequestsOf<C>[Name]["reply"];
  type Latest = Call<Reply, ErrorOf<C, Name>>;
  const [call, setCall] = useState<Latest>(uncalled);
  const execute = useCallback(
    async (payload: RequestsOf<C>[Name]["payload"], options?: RequestOptions): Promise<Reply | undefined> => {
      if (channel === null) throw new DisconnectedError(name, false, "there is no channel to ask");
      const promise = channel.request(name, payload, options);
      setCall(({ on, data }) => ({
        ...uncalled,
        on: channel,
        promise,
        pending: true,
        data: on === channel ? data : undefined,
      }));
      // A call that is no longer the latest has nothing to show; whoever waits for it still gets its reply.
      const settle = (outcome: Partial<Latest>): void => {
        setCall((latest) => (latest.promise === promise ? { ...latest, pending: false, ...outcome } : latest));
      };
      try {
        // What comes in has been checked to be what the request's name promises.
        const data = (await promise) as Reply;
        settle({ data });
        return data;
      } catch (error) {
        settle({ error: errorOf(channel, name, error) });
        return undefined;
      }
    },
    [channel, name],
  );
  const { pending, error, data } = call.on === channel ? call : uncalled;
  return { execute, pending, error, data };
}
