/** Recorded events of the past, a page at a time. */
import type { AnyChannel, EventsOf, RecordedOf } from "./channel.js";
import { findDeepIssues } from "./checks.js";
import { RealtimeError } from "./errors.js";
import { isCount } from "./frames.js";
import { type HandleTarget, insideOf } from "./handle.js";
import { isArray, isObject } from "./values.js";

/** One recorded event. `event` tells which, and so the type of its payload. */
export type HistoryEvent<C extends AnyChannel> = {
  readonly [K in RecordedOf<C> & keyof EventsOf<C>]: {
    readonly event: K;
    readonly payload: EventsOf<C>[K];
    readonly offset: number;
  };
}[RecordedOf<C> & keyof EventsOf<C>];

/** Which part of a history. */
export interface HistoryOptions {
  /** Forwards, from behind this offset. Without it the newest come first, page by page backwards. */
  readonly after?: number;
  /** Backwards, from before this offset. */
  readonly before?: number;
  /** Events on a page, at most; the server may give fewer. @default 50 */
  readonly limit?: number;
  readonly signal?: AbortSignal;
}

/** The history is another one than when the reading began: begin again. */
export class HistoryChangedError extends RealtimeError {
  override readonly name = "HistoryChangedError";

  constructor(address: string) {
    super("history_changed", `${address}: the history began anew while it was read`);
  }
}

/**
 * Reads what was recorded, as long as it is asked for more. Each page is in the order of its offsets. The channel must
 * be joined. What breaks the contract is left out.
 *
 * @example
 * for await (const page of readHistory(room, { limit: 20 })) list.unshift(...page);
 */
export async function* readHistory<C extends AnyChannel>(
  channel: C,
  options: HistoryOptions = {},
): AsyncGenerator<readonly HistoryEvent<C>[], void, undefined> {
  const target = insideOf(channel);
  const { limit = 50, signal } = options;
  const isForward = options.after !== undefined;
  let edge = options.after ?? options.before;
  let epoch: string | null = null;
  for (;;) {
    const place = edge === undefined ? {} : { [isForward ? "after" : "before"]: edge };
    const page = pageOf(await target.ask("$history", { ...place, limit }, signal === undefined ? {} : { signal }));
    if (page === null || (epoch !== null && page.epoch !== epoch)) throw new HistoryChangedError(target.address);
    ({ epoch } = page);
    edge = page.events.at(isForward ? -1 : 0)?.offset;
    const events = page.events.flatMap((each) => fit<C>(target, each));
    if (events.length > 0) yield events;
    if (!page.more || edge === undefined) return;
  }
}

interface Page {
  readonly epoch: string;
  readonly events: readonly Entry[];
  readonly more: boolean;
}

interface Entry {
  readonly tag: string;
  readonly offset: number;
  readonly payload: unknown;
}

function pageOf(answer: unknown): Page | null {
  if (!isObject(answer) || typeof answer["epoch"] !== "string" || !isArray(answer["events"])) return null;
  const events = answer["events"].flatMap((entry): Entry[] => {
    if (!isArray(entry)) return [];
    const [tag, offset, payload] = entry;
    return typeof tag === "string" && isCount(offset) ? [{ tag, offset, payload }] : [];
  });
  return { epoch: answer["epoch"], events, more: answer["more"] === true };
}

function fit<C extends AnyChannel>(target: HandleTarget, { tag, offset, payload }: Entry): HistoryEvent<C>[] {
  const incoming = target.incoming(tag);
  if (incoming === null) return [];
  if (target.validates && findDeepIssues(incoming.check, payload).length > 0) return [];
  // The check has just said that the payload is what the event's name promises.
  return [{ event: incoming.name, payload, offset } as HistoryEvent<C>];
}
