/** What must not compile, and beside it what must. The compiler itself says when a marked line is no error. */
import {
  injectChannel,
  injectEvent,
  injectEvents,
  injectRequest,
} from "../../../templates/angular/runtime/angular/index.js";
import type { Room } from "../hooks/contract.js";

declare function read(value: unknown): void;

export function injectMistakes(handle: Room): readonly string[] {
  const room = injectChannel(() => handle);
  injectEvent(room, "posted", ({ body }) => body.trim());
  // @ts-expect-error: the contract has no such event
  injectEvent(room, "postd", () => undefined);
  // @ts-expect-error: a message has no such field
  injectEvent(room, "posted", ({ text }) => {
    read(text);
  });
  // @ts-expect-error: a request is not an event
  injectEvents(room, "send");

  const { execute, reply } = injectRequest(room, "send");
  reply()?.body.trim();
  void execute({ body: "hello" });
  // @ts-expect-error: an event is not a request
  injectRequest(room, "posted");
  // @ts-expect-error: the payload has another field
  void execute({ text: "hello" });
  // @ts-expect-error: a reply may be missing
  void execute({ body: "hello" }).then(({ body }) => {
    read(body);
  });
  // @ts-expect-error: what joins is a channel
  injectChannel(() => ({ roomId: "general" }));
  // @ts-expect-error: a list of messages is not a list of strings
  return injectEvents(room, "posted")();
}
