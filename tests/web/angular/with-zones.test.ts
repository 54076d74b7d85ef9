/** What only applications with zones could get wrong. */
import { NgZone } from "@angular/core";
import { TestBed } from "@angular/core/testing";
import { expect, test } from "vitest";

import {
  createClientToken,
  injectEvent,
  injectResync,
  provideClient,
} from "../../../templates/angular/runtime/angular/index.js";
import { systemClock } from "../../../templates/typescript/runtime/index.js";
import { ChatClient } from "../hooks/contract.js";
import { Server } from "../hooks/server.js";
import { inRoom, settle } from "./mounting.js";

test("timers inside of the zone would keep an application from becoming stable", () => {
  const zone = TestBed.inject(NgZone);
  const stop = zone.run(() => systemClock.after(60_000, () => undefined));
  expect(zone.hasPendingMacrotasks).toBe(true);
  stop();
  expect(zone.hasPendingMacrotasks).toBe(false);
});

test("the sockets of a client that is provided by options are opened outside of the zone, whoever connects", async () => {
  const server = new Server();
  const options = server.options();
  const inside: boolean[] = [];
  const socket: typeof options.socket = (...door) => {
    inside.push(NgZone.isInAngularZone());
    return options.socket(...door);
  };
  const token = createClientToken<ChatClient>("ChatClient");
  TestBed.configureTestingModule({
    providers: [provideClient(token, (given) => new ChatClient(given), { ...options, socket })],
  });
  TestBed.inject(NgZone).run(() => {
    TestBed.inject(token).connect();
  });
  await settle();
  expect(inside).toEqual([false]);
});

test("handlers run inside of the zone, so that plain fields are shown", async () => {
  const inside: boolean[] = [];
  const { server } = inRoom((room) => {
    injectEvent(room, "posted", () => inside.push(NgZone.isInAngularZone()));
    injectResync(room, () => inside.push(NgZone.isInAngularZone()));
  });
  await settle();
  server.post("hello");
  server.drop();
  server.clock.turn(60_000);
  await settle();
  expect(inside).toEqual([true, true]);
});
