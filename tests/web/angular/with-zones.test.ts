/** What only applications with zones could get wrong. */
import { NgZone } from "@angular/core";
import { TestBed } from "@angular/core/testing";
import { expect, test } from "vitest";

import { injectEvent, injectResync } from "../../../templates/angular/runtime/angular/index.js";
import { systemClock } from "../../../templates/typescript/runtime/index.js";
import { inRoom, settle } from "./mounting.js";

test("timers inside of the zone would keep an application from becoming stable", () => {
  const zone = TestBed.inject(NgZone);
  const stop = zone.run(() => systemClock.after(60_000, () => undefined));
  expect(zone.hasPendingMacrotasks).toBe(true);
  stop();
  expect(zone.hasPendingMacrotasks).toBe(false);
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
