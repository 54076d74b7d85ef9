/** What must not compile, and beside it what must. The compiler itself says when a marked line is no error. */
import { expectTypeOf } from "vitest";

import {
  useChannel,
  useEvent,
  useEventList,
  useLatest,
  usePresence,
  useRequest,
} from "../../../templates/react/runtime/react/index.js";
import type { Entrance, Person, Room } from "../hooks/contract.js";

declare function read(value: unknown): void;

export function useEvents(handle: Room, nothing: Room | null): void {
  const room = useChannel(handle);
  expectTypeOf(room.channel).toEqualTypeOf<Room>();
  expectTypeOf(useChannel(nothing).channel).toEqualTypeOf<Room | null>();
  useEvent(room, "posted", ({ body }) => body.trim());
  useEvent(useChannel(nothing), "posted", ({ body }) => body.trim());
  // @ts-expect-error: the contract has no such event
  useEvent(room, "postd", () => undefined);
  // @ts-expect-error: a message has no such field
  useEvent(room, "posted", ({ text }) => {
    read(text);
  });
  // @ts-expect-error: a request is not an event
  useEventList(room, "send");
  // @ts-expect-error: what joins is a channel
  useChannel({ roomId: "general" });
  // @ts-expect-error: it may be that there is no channel
  useChannel(nothing).channel.typing({ body: "hello" });
}

export function useStores(handle: Room, entrance: Entrance): void {
  const room = useChannel(handle);
  const { items } = useEventList(room, "posted", { keep: 50, history: 20 });
  expectTypeOf(items[0]?.payload).toEqualTypeOf<{ readonly body: string } | undefined>();
  // @ts-expect-error: this event is not recorded
  useEventList(room, "typing", { history: 20 });
  useEventList(room, "typing", { history: false });
  // @ts-expect-error: nothing is recorded here
  useEventList(useChannel(entrance), "opened", { history: 20 });
  // @ts-expect-error: there is no such option
  useEventList(room, "posted", { kep: 5 });

  expectTypeOf(useLatest(room, "mood")).toEqualTypeOf<{ readonly body: string } | undefined>();
  // @ts-expect-error: the contract has no such event
  useLatest(room, "moood");

  const { members, show } = usePresence(room);
  expectTypeOf(members).toEqualTypeOf<ReadonlyMap<string, Person>>();
  // @ts-expect-error: a person has a name
  void show({ nickname: "Ann" });
  // @ts-expect-error: nobody shows themselves here
  usePresence(useChannel(entrance));
}

export function useRequests(handle: Room): void {
  const room = useChannel(handle);
  const { execute, data, error } = useRequest(room, "send");
  data?.body.trim();
  void execute({ body: "hello" });
  if (error?.code === "muted") expectTypeOf(error.data).toEqualTypeOf<string>();
  if (error?.code === "aborted") expectTypeOf(error.cause).toEqualTypeOf<unknown>();
  // @ts-expect-error: the contract has no such error
  read(error?.code === "banned");
  // @ts-expect-error: not each error has data
  read(error?.data);
  // @ts-expect-error: an event is not a request
  useRequest(room, "posted");
  // @ts-expect-error: the payload has another field
  void execute({ text: "hello" });
  // @ts-expect-error: a reply may be missing
  void execute({ body: "hello" }).then(({ body }) => {
    read(body);
  });
}
