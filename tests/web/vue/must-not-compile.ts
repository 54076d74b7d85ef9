/** What must not compile, and beside it what must. The compiler itself says when a marked line is no error. */
import { useChannel, useEvent, useEvents, useRequest } from "../../../templates/vue/runtime/vue/index.js";
import type { Room } from "../hooks/contract.js";

declare function read(value: unknown): void;

export function useMistakes(handle: Room): readonly string[] {
  const room = useChannel(() => handle);
  useEvent(room, "posted", ({ body }) => body.trim());
  // @ts-expect-error: the contract has no such event
  useEvent(room, "postd", () => undefined);
  // @ts-expect-error: a message has no such field
  useEvent(room, "posted", ({ text }) => {
    read(text);
  });
  // @ts-expect-error: a request is not an event
  useEvents(room, "send");

  const { execute, reply } = useRequest(room, "send");
  reply.value?.body.trim();
  void execute({ body: "hello" });
  // @ts-expect-error: an event is not a request
  useRequest(room, "posted");
  // @ts-expect-error: the payload has another field
  void execute({ text: "hello" });
  // @ts-expect-error: a reply may be missing
  void execute({ body: "hello" }).then(({ body }) => {
    read(body);
  });
  // @ts-expect-error: what joins is a channel
  useChannel(() => ({ roomId: "general" }));
  // @ts-expect-error: a list of messages is not a list of strings
  return useEvents(room, "posted").value;
}
