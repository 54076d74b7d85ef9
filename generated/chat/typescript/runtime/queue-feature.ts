/** The seam between what a client sends and the bounds of its offline queue: only contracts with one bring them along. */
import type { RequestDefinition } from "./definition.js";

/** How much may wait. */
export interface QueueLimits {
  /** Messages. @default 256 */
  readonly count?: number;
  /** Of the frames, in UTF-8. @default 262144 */
  readonly bytes?: number;
  /** Milliseconds after which a message is not worth sending any more. @default 60000 */
  readonly ttlMs?: number;
}

/** A message that has no outcome yet: it waits for its channel to be joined, or for its answer. */
export interface Message {
  /** 0 for what wants no answer. */
  readonly ref: number;
  readonly tag: string;
  readonly address: string;
  /** The frame; empty for the protocol's own requests, which are never sent again. */
  readonly text: string;
  /** What the contract says about it; events have no reply. */
  readonly definition: Partial<RequestDefinition>;
  /** Whose it is: it is never sent as another one. Empty before the first welcome. */
  session: string;
  /** Whether it has left before, so that its outcome is unknown. */
  sent: boolean;
  /** In the queue, and until when; nothing and no end for what was sent before. */
  bytes: number;
  expires: number;
  /** Whether it is to be sent as soon as it can be. */
  waits: boolean;
  /** Called with its outcome; only the first time counts. */
  readonly succeed: (reply: unknown) => void;
  readonly fail: (error: Error) => void;
}

/** Says whether a message may wait beside those that do, and notes its size and its end. */
export type QueueFeature = (message: Message, waiting: readonly Message[], limits: QueueLimits, now: number) => boolean;
