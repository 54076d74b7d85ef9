import { toSignal } from "@angular/core/rxjs-interop";
import { TestBed } from "@angular/core/testing";
import { describe, expect, test } from "vitest";

import { injectEventStream, observableOf } from "../../../templates/angular/runtime/angular/index.js";
import { Server } from "../hooks/server.js";
import { inRoom, settle } from "./mounting.js";

test("injectEventStream is one Observable, whichever room it is, and completes with the component", async () => {
  const { server, roomId, given, fixture } = inRoom((room) => injectEventStream(room, "posted"));
  const heard: string[] = [];
  given.subscribe({ next: ({ body }) => heard.push(body), complete: () => heard.push("over") });
  await settle();
  server.post("one");
  roomId.set("random");
  await settle();
  server.post("unheard");
  server.post("two", "rooms/random");
  fixture.destroy();
  server.post("three", "rooms/random");
  expect(heard).toEqual(["one", "two", "over"]);
});

describe("observableOf", () => {
  test("has a value at once and each change, until nobody subscribes", async () => {
    const client = new Server().client();
    const seen: string[] = [];
    const subscription = observableOf(client.connection).subscribe(({ status }) => seen.push(status));
    expect(seen).toEqual(["idle"]);
    client.connect();
    await settle();
    subscription.unsubscribe();
    client.close();
    expect(seen).toEqual(["idle", "connecting", "ready"]);
  });

  test("becomes a signal that has a value from the first", () => {
    const client = new Server().client();
    const connection = TestBed.runInInjectionContext(() =>
      toSignal(observableOf(client.connection), { requireSync: true }),
    );
    expect(connection().status).toBe("idle");
    client.connect();
    expect(connection().status).toBe("connecting");
  });
});
