/** What must not compile, and beside it what must. The compiler itself says when a marked line is no error. */
import type { Signal } from "@angular/core";
import type { Observable } from "rxjs";

import {
  injectChannel,
  injectEvent,
  injectEventList,
  injectEventStream,
  injectLatest,
  injectPresence,
  injectRequest,
  injectResync,
} from "../../../templates/angular/runtime/angular/index.js";
import type { Entrance, Person, Room } from "../hooks/contract.js";

interface Body {
  readonly body: string;
}

declare function read(value: unknown): void;

export function injectMistakes(handle: Room, entrance: Entrance, enabled: Signal<boolean>): void {
  const room = injectChannel(() => handle);
  injectEvent(room, "posted", ({ body }) => body.trim());
  // @ts-expect-error: the contract has no such event
  injectEvent(room, "postd", () => undefined);
  // @ts-expect-error: a message has no such field
  injectEvent(room, "posted", ({ text }) => {
    read(text);
  });
  // @ts-expect-error: a request is not an event
  injectEventList(room, "send");
  // @ts-expect-error: what joins is a channel
  injectChannel(() => ({ roomId: "general" }));
  injectResync(room, (reason) => {
    read(reason.trim());
  });

  const always: Signal<Room> = room.channel;
  const sometimes = injectChannel(() => handle, { enabled });
  // @ts-expect-error: it may be there or not
  const never: Signal<Room> = sometimes.channel;
  injectEvent(sometimes, "posted", ({ body }) => body.trim());
  read([always, never]);
  // @ts-expect-error: while it is not enabled there is none
  sometimes.channel().typing({ body: "hello" });
  // @ts-expect-error: a signal, not its value
  injectChannel(() => handle, { enabled: true });

  const bodies: Observable<Body> = injectEventStream(room, "posted");
  // @ts-expect-error: there is no such event
  injectEventStream(room, "postd");
  // @ts-expect-error: messages are no strings
  const strings: Observable<string> = injectEventStream(room, "posted");
  read([bodies, strings, entrance]);
}

export function injectMistakesInLists(handle: Room, entrance: Entrance): void {
  const room = injectChannel(() => handle);
  const hall = injectChannel(() => entrance);
  const list: Signal<readonly { readonly key: string; readonly payload: Body }[]> = injectEventList(room, "posted", {
    keep: 5,
    history: 5,
  }).items;
  // @ts-expect-error: a list of messages is not a list of strings
  const strings: Signal<readonly string[]> = injectEventList(room, "posted").items;
  // @ts-expect-error: what is not recorded has no history
  injectEventList(room, "typing", { history: 5 });
  // @ts-expect-error: nor has a channel that records nothing
  injectEventList(hall, "opened", { history: 5 });
  injectEventList(hall, "opened", { keep: 5, history: false });

  injectLatest(room, "mood")()?.body.trim();
  // @ts-expect-error: there may be none yet
  injectLatest(room, "mood")().body.trim();
  // @ts-expect-error: there is no such event
  injectLatest(room, "temper");

  const people = injectPresence(room);
  const members: Signal<ReadonlyMap<string, Person>> = people.members;
  void people.show({ name: "Ann" });
  // @ts-expect-error: a person shows a name
  void people.show({ title: "Ann" });
  // @ts-expect-error: nobody sees who is in the entrance
  injectPresence(hall);
  read([list, strings, members]);
}

export function injectMistakesInRequests(handle: Room, entrance: Entrance): void {
  const room = injectChannel(() => handle);
  const { execute, data } = injectRequest(room, "send");
  data()?.body.trim();
  void execute({ body: "hello" });
  // @ts-expect-error: an event is not a request
  injectRequest(room, "posted");
  const hall = injectChannel(() => entrance);
  // @ts-expect-error: nothing can be asked there
  injectRequest(hall, "send");
  // @ts-expect-error: the payload has another field
  void execute({ text: "hello" });
  // @ts-expect-error: a reply may be missing
  void execute({ body: "hello" }).then(({ body }) => {
    read(body);
  });
}
