/** Requests that wait for their answers. */
import type { RequestOptions } from "./channel.js";
import { findDeepIssues } from "./checks.js";
import type { Clock } from "./clock.js";
import {
  DisconnectedError,
  type ErrorAnswer,
  InvalidPayloadError,
  type RealtimeError,
  RequestError,
  TimeoutError,
} from "./errors.js";
import type { RequestDefinition } from "./definition.js";
import type { Issue } from "./issues.js";

interface Pending {
  readonly tag: string;
  readonly definition: RequestDefinition;
  readonly settle: (outcome: Outcome) => void;
}

type Outcome = { readonly reply: unknown } | { readonly error: Error };

/** Told about an answer that breaks the contract. */
export type InvalidAnswer = (tag: string, issues: readonly Issue[]) => void;

/** The requests of one client, by ref. Each gets exactly one outcome; what comes after that is ignored. */
export class Requests {
  readonly #pending = new Map<number, Pending>();
  readonly #clock: Clock;
  readonly #validate: boolean;
  readonly #onInvalid: InvalidAnswer;

  constructor(clock: Clock, validate: boolean, onInvalid: InvalidAnswer) {
    this.#clock = clock;
    this.#validate = validate;
    this.#onInvalid = onInvalid;
  }

  /** Waits for the answer to a request that has just been sent. */
  wait(ref: number, tag: string, definition: RequestDefinition, options: RequestOptions): Promise<unknown> {
    const { timeoutMs = definition.timeoutMs, signal } = options;
    return new Promise((resolve, reject) => {
      const abort = (): void => {
        settle({ error: abortError(signal) });
      };
      const cancelTimer = this.#clock.after(timeoutMs, () => {
        settle({ error: new TimeoutError(tag, timeoutMs) });
      });
      const settle = (outcome: Outcome): void => {
        this.#pending.delete(ref);
        cancelTimer();
        signal?.removeEventListener("abort", abort);
        if ("error" in outcome) reject(outcome.error);
        else resolve(outcome.reply);
      };
      signal?.addEventListener("abort", abort);
      this.#pending.set(ref, { tag, definition, settle });
    });
  }

  /** Takes a `$reply`. False if nobody waits for it (any more). */
  replied(ref: number, payload: unknown): boolean {
    const pending = this.#pending.get(ref);
    if (pending === undefined) return false;
    const issues = this.#validate ? findDeepIssues(pending.definition.reply, payload) : [];
    if (issues.length > 0) this.#refuse(pending, issues);
    else pending.settle({ reply: payload });
    return true;
  }

  /** Takes an `$error`. False if nobody waits for it (any more). */
  failed(ref: number, answer: ErrorAnswer): boolean {
    const pending = this.#pending.get(ref);
    if (pending === undefined) return false;
    const { errors } = pending.definition;
    const check = Object.hasOwn(errors, answer.code) ? errors[answer.code] : undefined;
    const issues = this.#validate && check !== undefined ? findDeepIssues(check, answer.data) : [];
    if (issues.length > 0) this.#refuse(pending, issues);
    else pending.settle({ error: new RequestError(answer) });
    return true;
  }

  /** The connection is gone: nobody can tell what became of those that were sent. */
  disconnected(): void {
    for (const { tag, settle } of [...this.#pending.values()]) settle({ error: new DisconnectedError(tag, true) });
  }

  /** The client was closed. */
  closed(error: RealtimeError): void {
    for (const { settle } of [...this.#pending.values()]) settle({ error });
  }

  #refuse({ tag, settle }: Pending, issues: readonly Issue[]): void {
    settle({ error: new InvalidPayloadError(tag, issues) });
    this.#onInvalid(tag, issues);
  }
}

/** The reason an `AbortSignal` gives, as an error. */
export function abortError(signal: AbortSignal | undefined): Error {
  const reason: unknown = signal?.reason;
  return reason instanceof Error ? reason : new DOMException("The request was aborted", "AbortError");
}
