/** The seam between what a client sends and the bounds of its offline queue: only contracts with one bring them along. */
import type { DisconnectedError } from "./errors.js";

/** How much may wait. */
export interface QueueLimits {
  /** Messages. @default 256 */
  readonly count?: number;
  /** Of the frames, in UTF-8. @default 262144 */
  readonly bytes?: number;
  /** Milliseconds after which a message is not worth sending any more. @default 60000 */
  readonly ttlMs?: number;
}

/** A message that may have to wait for its channel to be joined. */
export interface Message {
  /** 0 for what wants no answer. */
  readonly ref: number;
  readonly tag: string;
  readonly address: string;
  /** The frame; empty for the protocol's own requests, which are never sent again. */
  readonly text: string;
  /** Whether it may be sent once more, though it may have arrived. */
  readonly idempotent: boolean;
  /** Whose it is: it is never sent as another one. Empty before the first welcome. */
  session: string;
  /** Whether it has left before, so that its outcome is unknown. */
  sent: boolean;
  /** In the queue, and until when; nothing and no end for what was sent before. */
  bytes: number;
  expires: number;
  /** Called when it will not be sent. */
  readonly fail: (error: DisconnectedError) => void;
}

/** Says whether a message may wait beside those that do, and notes its size and its end. */
export type QueueFeature = (message: Message, waiting: readonly Message[], limits: QueueLimits, now: number) => boolean;
