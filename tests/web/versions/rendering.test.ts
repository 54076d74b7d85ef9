/** An application of Angular 20 is rendered on a server: it becomes stable, and nothing connects. */
import "@angular/compiler";
import { Component, provideZonelessChangeDetection } from "@angular/core";
import { bootstrapApplication, type BootstrapContext } from "@angular/platform-browser";
import { provideServerRendering, renderApplication } from "@angular/platform-server";
import { expect, test } from "vitest";

import {
  createClientToken,
  injectChannel,
  injectClient,
  injectConnection,
  injectEvent,
  injectEventList,
  injectLatest,
  injectPresence,
  injectRequest,
  injectResync,
  provideClient,
} from "../../../templates/angular/runtime/angular/index.js";
import type { ClientOptions } from "../../../templates/typescript/runtime/index.js";
import { ChatClient } from "../hooks/contract.js";
import { Server } from "../hooks/server.js";

const token = createClientToken<ChatClient>("ChatClient");

class Page {
  readonly #client = injectClient(token);
  readonly connection = injectConnection(this.#client);
  readonly room = injectChannel(() => this.#client.room({ roomId: "general" }));
  readonly list = injectEventList(this.room, "posted", { history: 10 });
  readonly mood = injectLatest(this.room, "mood");
  readonly people = injectPresence(this.room);
  readonly send = injectRequest(this.room, "send");

  constructor() {
    injectEvent(this.room, "posted", () => undefined);
    injectResync(this.room, () => undefined);
  }
}
Component({
  selector: "app-root",
  template: `{{ connection().status }} {{ room.status() }} {{ list.loading() }} {{ people.count() }} {{ mood() === undefined }}`,
})(Page);

test("the page says how it stands before anything is connected", async () => {
  const server = new Server();
  let clients = 0;
  const create = (options: ClientOptions): ChatClient => {
    clients++;
    return new ChatClient(options);
  };
  const providers = [
    provideServerRendering(),
    provideZonelessChangeDetection(),
    provideClient(token, create, server.options()),
  ];
  const bootstrap = (context: BootstrapContext): ReturnType<typeof bootstrapApplication> =>
    bootstrapApplication(Page, { providers }, context);
  const page = { document: "<app-root></app-root>", url: "/" };
  for (const visitor of [1, 2]) {
    const html = await renderApplication(bootstrap, page);
    expect(html).toContain("idle detached true 0 true");
    expect([clients, server.connections]).toEqual([visitor, 0]);
  }
});
