/** A component in Angular, tested with `createFakeChat()` and TestBed as its users would. */
import { ChangeDetectionStrategy, Component, signal } from "@angular/core";
import { type ComponentFixture, TestBed } from "@angular/core/testing";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import {
  injectChatConnection,
  injectEvent,
  injectRequest,
  injectRoom,
  provideChat,
} from "../../../generated/chat/angular/chat/angular.js";
import { createFakeChat } from "../../../generated/chat/typescript/chat/testing.js";
import { changeDetection } from "./mode.js";

const GENERAL = { roomId: "general" };

class Room {
  readonly room = injectRoom(() => GENERAL);
  readonly connection = injectChatConnection();
  readonly sending = injectRequest(this.room, "send");
  readonly bodies = signal<readonly string[]>([]);

  constructor() {
    injectEvent(this.room, "posted", ({ body }) => {
      this.bodies.update((before) => [...before, body]);
    });
  }

  send(): void {
    void this.sending.execute({ name: "Ada", body: "hi" });
  }
}

Component({
  selector: "test-room",
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    @if (connection().stalled) {
      <p>Trying to reconnect</p>
    }
    @if (sending.error(); as error) {
      <p>{{ error.message }}</p>
    }
    <output>{{ room.status() }}</output>
    @for (body of bodies(); track $index) {
      <li>{{ body }}</li>
    }
    <button [disabled]="sending.pending()" (click)="send()">Send</button>
  `,
})(Room);

let chat = createFakeChat();
let fixture: ComponentFixture<Room>;

function texts(tag: string): string[] {
  const page: HTMLElement = fixture.nativeElement as HTMLElement;
  return [...page.querySelectorAll(tag)].map(({ textContent }) => textContent);
}

function button(): HTMLButtonElement {
  return (fixture.nativeElement as HTMLElement).querySelector("button") as HTMLButtonElement;
}

/** What the fake does, and what Angular makes of it. */
async function after(happened?: Promise<void>): Promise<void> {
  await happened;
  fixture.detectChanges();
  await chat.settled();
  await fixture.whenStable();
  fixture.detectChanges();
}

beforeEach(async () => {
  chat = createFakeChat();
  TestBed.resetTestingModule().configureTestingModule({ providers: [changeDetection(), provideChat(chat.client)] });
  fixture = TestBed.createComponent(Room);
  await after();
});
afterEach(() => {
  TestBed.resetTestingModule();
  chat.close();
});

describe("a room in Angular", () => {
  test("shows what is posted", async () => {
    expect(texts("output")).toEqual(["joined"]);
    const room = chat.channels.room(GENERAL);
    room.push("posted", { ...room.example("posted"), body: "hello" });
    await after();
    expect(texts("li")).toEqual(["hello"]);
  });

  test("sends, waits for the answer, and says what became of it", async () => {
    const room = chat.channels.room(GENERAL);
    room.refuse("send", "muted", { until: "2027-01-01T00:00:00Z" });
    button().click();
    fixture.detectChanges();
    expect(button().disabled).toBe(true);
    await after();
    expect(button().disabled).toBe(false);
    expect(texts("p")).toEqual([expect.stringContaining("[muted]")]);
    expect(room.sent("send")).toEqual([{ name: "Ada", body: "hi" }]);
  });

  test("tells of a lost connection only when it lasts, and catches up", async () => {
    const room = chat.channels.room(GENERAL);
    chat.offline();
    await after();
    expect(texts("p")).toEqual([]);
    await after(chat.advance(5_000));
    expect(texts("p")).toEqual(["Trying to reconnect"]);
    room.push("posted", { ...room.example("posted"), body: "missed" });
    await after(chat.online());
    expect(texts("p")).toEqual([]);
    expect(texts("li")).toEqual(["missed"]);
  });

  test("leaves with the component", async () => {
    const room = chat.channels.room(GENERAL);
    fixture.destroy();
    await chat.advance(200);
    expect(room.joined).toBe(0);
  });
});
