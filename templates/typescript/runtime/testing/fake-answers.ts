/** How the fake answers requests: by what tests say, checked against the contract, and once for each ref. */
import { findDeepIssues } from "../checks.js";
import type { RequestDefinition } from "../definition.js";
import { type ErrorAnswer, InvalidPayloadError, RequestError } from "../errors.js";

/** What a handler is given beside the payload. */
export interface AnyCall {
  /** Ends the handler: the request is answered with one of the contract's errors. */
  readonly refuse: (code: string, data?: unknown) => never;
}

/** Answers a request, now or later. */
export type Answer = (payload: unknown, call: AnyCall) => unknown;

export type Outcome = { readonly reply: unknown } | { readonly error: Partial<ErrorAnswer> };

/** A request on its way to its answer. */
export interface Asked {
  readonly tag: string;
  readonly definition: RequestDefinition;
  readonly payload: unknown;
  /** The contract's errors that say that another try may succeed. */
  readonly retryable: readonly string[];
}

/** Runs handlers, and remembers the outcome of what may be sent again. */
export class FakeAnswers {
  readonly #outcomes = new Map<string, Promise<Outcome>>();
  readonly #onProblem: (error: unknown) => void;

  /** `onProblem` is told of handlers that throw, or that answer with what the contract does not allow. */
  constructor(onProblem: (error: unknown) => void) {
    this.#onProblem = onProblem;
  }

  /** The outcome of a request. An idempotent one that comes again, under the same `key`, gets the one it had. */
  outcome(key: string, asked: Asked, answer: Answer): Promise<Outcome> {
    if (asked.definition.idempotent !== true) return this.#run(asked, answer);
    let outcome = this.#outcomes.get(key);
    if (outcome === undefined) {
      outcome = this.#remembered(key, this.#run(asked, answer));
    }
    return outcome;
  }

  /** An outcome that says to try again is told to who waits for it already, and not kept. */
  #remembered(key: string, running: Promise<Outcome>): Promise<Outcome> {
    this.#outcomes.set(key, running);
    void running.then((outcome) => {
      if ("error" in outcome && (outcome.error.retryable === true || outcome.error.code === "internal")) {
        this.#outcomes.delete(key);
      }
    });
    return running;
  }

  async #run(asked: Asked, answer: Answer): Promise<Outcome> {
    const { tag, definition, payload } = asked;
    try {
      const reply = (await answer(payload, callOf(asked))) ?? null;
      const issues = findDeepIssues(definition.reply, reply, "all");
      if (issues.length > 0) throw new InvalidPayloadError(`the reply to ${tag}, as the test gives it`, issues);
      return { reply };
    } catch (error) {
      if (error instanceof RequestError) return { error: spoken(error) };
      this.#onProblem(error);
      return { error: { code: "internal", message: String(error) } };
    }
  }
}

/** As the server says it: only at this end there is the code behind the message. */
function spoken({ code, message, retryable, retryAfter, data }: RequestError): ErrorAnswer {
  const behind = ` [${code}]`;
  const said = message.endsWith(behind) ? message.slice(0, -behind.length) : message;
  return { code, message: said, retryable, retryAfter, data };
}

/** An error of the contract. Throws for one that the contract does not have, or not with such data. */
export function refusalOf({ tag, definition, retryable }: Asked, code: string, data: unknown): RequestError {
  const check = Object.hasOwn(definition.errors, code) ? definition.errors[code] : undefined;
  if (check === undefined) throw new TypeError(`${tag} can't be refused with ${JSON.stringify(code)}`);
  const issues = findDeepIssues(check, data, "all");
  if (issues.length > 0) throw new InvalidPayloadError(`the error ${code} of ${tag}, as the test gives it`, issues);
  const isRetryable = retryable.includes(code);
  return new RequestError({ code, message: "refused by the test", retryable: isRetryable, retryAfter: null, data });
}

function callOf(asked: Asked): AnyCall {
  return {
    refuse: (code, data = null) => {
      throw refusalOf(asked, code, data);
    },
  };
}
