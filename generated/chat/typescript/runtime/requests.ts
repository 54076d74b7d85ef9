/** Requests that wait for their answers. */
import type { RequestOptions } from "./channel.js";
import { type Check, findDeepIssues } from "./checks.js";
import type { Clock } from "./clock.js";
import { type ErrorAnswer, InvalidPayloadError, type RealtimeError, RequestError, TimeoutError } from "./errors.js";
import type { Issue } from "./issues.js";

/** A request as it was sent, or will be. */
export interface Call {
  readonly ref: number;
  readonly tag: string;
  readonly address: string;
  /** The frame, so that it can be sent again. */
  readonly text: string;
  readonly timeoutMs: number;
  readonly reply: Check;
  readonly errors: Readonly<Record<string, Check>>;
  /** Whether the server runs it once, however often it is sent. */
  readonly idempotent: boolean;
}

interface Pending {
  readonly call: Call;
  readonly settle: (outcome: Outcome) => void;
}

type Outcome = { readonly reply: unknown } | { readonly error: Error };

export interface RequestSettings {
  readonly clock: Clock;
  readonly validate: boolean;
  /** Told about an answer that breaks the contract. */
  readonly onInvalid: (tag: string, issues: readonly Issue[]) => void;
  /** Told that nobody waits for a ref any more. */
  readonly onSettled: (ref: number) => void;
}

/** The requests of one client, by ref. Each gets exactly one outcome; what comes after that is ignored. */
export class Requests {
  readonly #pending = new Map<number, Pending>();
  readonly #settings: RequestSettings;

  constructor(settings: RequestSettings) {
    this.#settings = settings;
  }

  /** How many wait. */
  get size(): number {
    return this.#pending.size;
  }

  /** Waits for the answer to a request that was sent just now, or will be. */
  wait(call: Call, { timeoutMs = call.timeoutMs, signal }: RequestOptions): Promise<unknown> {
    const { ref, tag } = call;
    return new Promise((resolve, reject) => {
      const abort = (): void => {
        settle({ error: abortError(signal) });
      };
      const cancelTimer = this.#settings.clock.after(timeoutMs, () => {
        settle({ error: new TimeoutError(tag, timeoutMs) });
      });
      const settle = (outcome: Outcome): void => {
        this.#pending.delete(ref);
        cancelTimer();
        signal?.removeEventListener("abort", abort);
        if ("error" in outcome) reject(outcome.error);
        else resolve(outcome.reply);
        this.#settings.onSettled(ref);
      };
      signal?.addEventListener("abort", abort);
      this.#pending.set(ref, { call, settle });
    });
  }

  /** Takes a `$reply`. */
  replied(ref: number, payload: unknown): void {
    const pending = this.#pending.get(ref);
    if (pending === undefined) return;
    const issues = this.#settings.validate ? findDeepIssues(pending.call.reply, payload) : [];
    if (issues.length > 0) this.#refuse(pending, issues);
    else pending.settle({ reply: payload });
  }

  /** Takes an `$error`. False if nobody waits for it (any more). */
  failed(ref: number, answer: ErrorAnswer): boolean {
    const pending = this.#pending.get(ref);
    if (pending === undefined) return false;
    const { errors } = pending.call;
    const check = Object.hasOwn(errors, answer.code) ? errors[answer.code] : undefined;
    const issues = this.#settings.validate && check !== undefined ? findDeepIssues(check, answer.data) : [];
    if (issues.length > 0) this.#refuse(pending, issues);
    else pending.settle({ error: new RequestError(answer) });
    return true;
  }

  /** Ends one from this side. */
  reject(ref: number, error: RealtimeError): void {
    this.#pending.get(ref)?.settle({ error });
  }

  /** Ends all from this side. */
  rejectAll(error: RealtimeError): void {
    for (const { settle } of [...this.#pending.values()]) settle({ error });
  }

  /** Those that wait, in their order. */
  get calls(): readonly Call[] {
    return [...this.#pending.values()].map(({ call }) => call);
  }

  #refuse({ call, settle }: Pending, issues: readonly Issue[]): void {
    settle({ error: new InvalidPayloadError(call.tag, issues) });
    this.#settings.onInvalid(call.tag, issues);
  }
}

/** The reason an `AbortSignal` gives, as an error. */
export function abortError(signal: AbortSignal | undefined): Error {
  const reason: unknown = signal?.reason;
  return reason instanceof Error ? reason : new DOMException("The request was aborted", "AbortError");
}
