/** What applications of both kinds need: they become stable although heartbeats go on, and show what handlers write. */
import { ApplicationRef, ChangeDetectorRef, inject, NgZone } from "@angular/core";
import { TestBed } from "@angular/core/testing";
import { describe, expect, test } from "vitest";

import {
  createClientToken,
  injectClient,
  injectEvent,
  injectRequest,
  provideClient,
} from "../../../templates/angular/runtime/angular/index.js";
import { systemClock } from "../../../templates/typescript/runtime/index.js";
import { ChatClient } from "../hooks/contract.js";
import { Server } from "../hooks/server.js";
import { changeDetection } from "./mode.js";
import { inRoom, settle } from "./mounting.js";

/** A server whose clients use real time, so that their heartbeats are real timers. */
class RealServer extends Server {
  override options(): ReturnType<Server["options"]> {
    return { ...super.options(), clock: systemClock };
  }
}

describe("an application becomes stable", () => {
  test("with a channel that is joined and a request on its way", async () => {
    const { server, client, given, fixture } = inRoom((room) => injectRequest(room, "send"), new RealServer());
    await settle();
    const answered = TestBed.inject(NgZone).run(() => given.execute({ body: "hello" }));
    await settle();
    expect(given.pending()).toBe(true);
    expect(TestBed.inject(NgZone).hasPendingMacrotasks).toBe(false);
    await TestBed.inject(ApplicationRef).whenStable();
    server.answer("hello", { reply: { body: "said" } });
    await answered;
    fixture.destroy();
    client.close();
  });

  test("with a provided client, whoever connects it", async () => {
    const server = new RealServer();
    const token = createClientToken<ChatClient>("ChatClient");
    const create = (options: ConstructorParameters<typeof ChatClient>[0]): ChatClient => new ChatClient(options);
    TestBed.resetTestingModule().configureTestingModule({
      providers: [changeDetection(), provideClient(token, create, server.options())],
    });
    const client = TestBed.runInInjectionContext(() => injectClient(token));
    TestBed.inject(NgZone).run(() => {
      client.connect();
    });
    await settle();
    expect(client.connection.getSnapshot().status).toBe("ready");
    expect(TestBed.inject(NgZone).hasPendingMacrotasks).toBe(false);
    await TestBed.inject(ApplicationRef).whenStable();
  });
});

test("what a handler writes into a plain field is shown after it marked the component", async () => {
  const server = new Server();
  const { fixture, given } = inRoom(
    (room) => {
      const view = inject(ChangeDetectorRef);
      const shown = { body: "" };
      injectEvent(room, "posted", ({ body }) => {
        shown.body = body;
        view.markForCheck();
      });
      return shown;
    },
    server,
    ({ body }) => body,
  );
  await settle();
  server.post("hello");
  await settle();
  expect(given.body).toBe("hello");
  expect((fixture.nativeElement as HTMLElement).textContent).toBe("hello");
});
