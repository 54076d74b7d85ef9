import { computed, type ComputedRef, shallowRef, toValue } from "vue";

import {
  type AbortedError,
  type AnyChannel,
  DisconnectedError,
  errorOf,
  type ErrorOf,
  type RequestOptions,
  type RequestsOf,
} from "./core.js";
import { partsOf } from "./partsOf.js";
import type { WithChannel } from "./useChannel.js";

/** A request of a channel, and how its latest call went, as refs. */
export interface RequestBinding<Payload, Reply, Failure> {
  /**
   * Sends it. Gives the reply, or `undefined` when it failed: `error` says why, and nothing is thrown. It rejects only
   * where there is no channel to ask. For a promise that always rejects, call the channel's own method.
   */
  readonly execute: (payload: Payload, options?: RequestOptions) => Promise<Reply | undefined>;
  /** Whether the latest call is still without an answer. */
  readonly pending: ComputedRef<boolean>;
  /** Why the latest call failed: its `code` tells. `null` while it runs and when it went well. */
  readonly error: ComputedRef<Failure | AbortedError | null>;
  /** The newest reply on this channel; `undefined` before the first. */
  readonly data: ComputedRef<Reply | undefined>;
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
  room: WithChannel<C>,
  name: Name,
): RequestBinding<RequestsOf<C>[Name]["payload"], RequestsOf<C>[Name]["reply"], ErrorOf<C, Name>> {
  type Reply = RequestsOf<C>[Name]["reply"];
  type Latest = Call<Reply, ErrorOf<C, Name>>;
  const call = shallowRef<Latest>(uncalled);
  const shown = computed<Latest>(() => (call.value.on === toValue(room.channel) ? call.value : uncalled));

  async function execute(
    payload: RequestsOf<C>[Name]["payload"],
    options?: RequestOptions,
  ): Promise<Reply | undefined> {
    const channel = toValue(room.channel);
    if (channel === null) throw new DisconnectedError(name, false, "there is no channel to ask");
    const promise = channel.request(name, payload, options);
    call.value = { ...uncalled, on: channel, promise, pending: true, data: shown.value.data };
    // A call that is no longer the latest has nothing to show; whoever waits for it still gets its reply.
    const settle = (outcome: Partial<Latest>): void => {
      if (call.value.promise === promise) call.value = { ...call.value, pending: false, ...outcome };
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
  }

  const { pending, error, data } = partsOf(shown);
  return { execute, pending, error, data };
}
