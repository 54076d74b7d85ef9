import { inject, InjectionToken } from "@angular/core";
import { TestBed } from "@angular/core/testing";
import { describe, expect, test } from "vitest";

import {
  type ClientSource,
  createClientToken,
  injectChannel,
  injectClient,
  provideClient,
} from "../../../templates/angular/runtime/angular/index.js";
import type { ClientOptions } from "../../../templates/typescript/runtime/index.js";
import { ChatClient } from "../hooks/contract.js";
import { Server } from "../hooks/server.js";
import { changeDetection } from "./mode.js";
import { settle } from "./mounting.js";

const token = createClientToken<ChatClient>("ChatClient");

function create(options: ClientOptions): ChatClient {
  return new ChatClient(options);
}

function provided(source: ClientSource<ChatClient>): ChatClient {
  TestBed.resetTestingModule().configureTestingModule({
    providers: [changeDetection(), provideClient(token, create, source)],
  });
  return TestBed.runInInjectionContext(() => injectClient(token));
}

describe("provideClient", () => {
  test("hands out a client, and closes none that it did not make", async () => {
    const server = new Server();
    const client = server.client();
    expect(provided(client)).toBe(client);
    expect(provided(() => client)).toBe(client);
    client.connect();
    await settle();
    TestBed.resetTestingModule();
    expect(client.connection.getSnapshot().status).toBe("ready");
  });

  test("makes one of options when it is first injected, and closes it with the injector", async () => {
    const server = new Server();
    const client = provided(server.options());
    expect(TestBed.runInInjectionContext(() => injectClient(token))).toBe(client);
    expect(server.connections).toBe(0);
    TestBed.runInInjectionContext(() => injectChannel(() => client.room({ roomId: "general" })));
    await settle();
    expect([server.connections, client.connection.getSnapshot().status]).toEqual([1, "ready"]);
    TestBed.resetTestingModule();
    expect(client.connection.getSnapshot().status).toBe("closed");
  });

  test("takes options from a function that injects", async () => {
    const server = new Server();
    const URL = new InjectionToken("URL", { factory: () => "ws://from.elsewhere" });
    const urls: string[] = [];
    const options = server.options();
    provided(() => ({
      ...options,
      url: inject(URL),
      socket: (url, ...rest) => {
        urls.push(url);
        return options.socket(url, ...rest);
      },
    })).connect();
    await settle();
    expect(urls).toEqual(["ws://from.elsewhere"]);
  });

  test("a missing one is named", () => {
    TestBed.resetTestingModule().configureTestingModule({ providers: [changeDetection()] });
    expect(() => TestBed.runInInjectionContext(() => injectClient(token))).toThrow("ChatClient");
  });
});
