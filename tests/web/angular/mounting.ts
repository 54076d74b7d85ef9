/** A component in a test, and a client of a server in memory that it uses. */
import { Component, NgZone, signal, type WritableSignal } from "@angular/core";
import { type ComponentFixture, TestBed } from "@angular/core/testing";

import { type ChannelBinding, injectChannel } from "../../../templates/angular/runtime/angular/index.js";
import type { ChatClient, Room } from "../hooks/contract.js";
import { Server } from "../hooks/server.js";

/** Lets Angular run what signals have scheduled, and waits for what the server in memory answers in microtasks. */
export async function settle(): Promise<void> {
  tick();
  await new Promise<void>((done) => setImmediate(done));
  tick();
}

/** With zones an application is looked at inside of its zone. */
function tick(): void {
  TestBed.inject(NgZone).run(() => {
    TestBed.tick();
  });
}

/** Makes a component that calls `setup` where fields are initialised; its text is what `text` gives. */
export function mount<T>(
  setup: () => T,
  text: (given: T) => string = () => "",
): { given: T; fixture: ComponentFixture<object> } {
  class Host {
    readonly given = setup();
    readonly text = (): string => text(this.given);
  }
  Component({ selector: "test-host", template: "{{ text() }}" })(Host);
  const fixture = TestBed.createComponent(Host);
  return { given: fixture.componentInstance.given, fixture };
}

/** A component's worth of inject functions over one room, or none while its signal says `null`. */
export function inRoom<T>(
  use: (room: ChannelBinding<Room | null>) => T,
  server: Server = new Server(),
  text?: (given: T) => string,
): InRoom<T> {
  const client = server.client();
  const roomId = signal<string | null>("general");
  const room = (): Room | null => {
    const id = roomId();
    return id === null ? null : client.room({ roomId: id });
  };
  return { server, client, roomId, ...mount(() => use(injectChannel(room)), text) };
}

export interface InRoom<T> {
  readonly server: Server;
  readonly client: ChatClient;
  readonly roomId: WritableSignal<string | null>;
  readonly given: T;
  readonly fixture: ComponentFixture<object>;
}
