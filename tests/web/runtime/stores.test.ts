/** The small parts: emitter, store, alarm. */
import { describe, expect, it, vi } from "vitest";

import { makeAlarm, systemClock } from "../../../templates/typescript/runtime/clock.js";
import { makeEmitter, throwLater } from "../../../templates/typescript/runtime/emitter.js";
import { makeCell } from "../../../templates/typescript/runtime/store.js";
import { ManualClock } from "../../../templates/typescript/runtime/testing.js";

describe("an emitter", () => {
  it("calls in order, and a listener twice if it was added twice", () => {
    const emitter = makeEmitter<[number]>(throwLater);
    const calls: string[] = [];
    const twice = (value: number): void => {
      calls.push(`twice ${String(value)}`);
    };
    const off = emitter.add(twice);
    emitter.add(() => calls.push("between"));
    emitter.add(twice);
    emitter.emit(1);
    off();
    off();
    emitter.emit(2);
    expect(calls).toEqual(["twice 1", "between", "twice 1", "between", "twice 2"]);
  });

  it("calls one that comes during a delivery from the next one on", () => {
    const emitter = makeEmitter<[]>(throwLater);
    const late = vi.fn();
    const off = emitter.add(() => {
      off();
      emitter.add(late);
    });
    emitter.emit();
    expect(late).not.toHaveBeenCalled();
    emitter.emit();
    expect(late).toHaveBeenCalledOnce();
  });

  it("lets what a listener throws surface, after the delivery", () => {
    const later = vi.spyOn(globalThis, "queueMicrotask").mockImplementation(() => undefined);
    const emitter = makeEmitter<[]>(throwLater);
    const second = vi.fn();
    emitter.add(() => {
      throw new Error("mine");
    });
    emitter.add(second);
    emitter.emit();
    expect(second).toHaveBeenCalledOnce();
    expect(later).toHaveBeenCalledOnce();
    expect(later.mock.calls[0]?.[0]).toThrow("mine");
    later.mockRestore();
  });
});

describe("a cell", () => {
  it("keeps its value while no field differs", () => {
    const cell = makeCell({ a: 1, b: "x" });
    const changed = vi.fn();
    const { subscribe, getSnapshot } = cell;
    const first = getSnapshot();
    const off = subscribe(changed);
    cell.set({ a: 1, b: "x" });
    expect(getSnapshot()).toBe(first);
    expect(changed).not.toHaveBeenCalled();
    cell.set({ a: NaN, b: "x" });
    cell.set({ a: NaN, b: "x" });
    expect(changed).toHaveBeenCalledOnce();
    off();
    cell.set({ a: 2, b: "x" });
    expect(changed).toHaveBeenCalledOnce();
  });
});

describe("an alarm", () => {
  it("rings once, at its latest time, however often it is moved", () => {
    const clock = new ManualClock();
    const ring = vi.fn();
    const alarm = makeAlarm(clock, ring);
    alarm(100);
    alarm(300);
    expect(clock.waiting).toBe(1);
    clock.advance(299);
    expect(ring).not.toHaveBeenCalled();
    clock.advance(1);
    expect(ring).toHaveBeenCalledOnce();
    alarm(500);
    alarm(400);
    clock.advance(100);
    expect(ring).toHaveBeenCalledTimes(2);
    alarm(900);
    alarm(Infinity);
    clock.advance(1000);
    expect(ring).toHaveBeenCalledTimes(2);
    expect(clock.waiting).toBe(0);
  });
});

describe("the platform's clock", () => {
  it("waits for what is further away than platforms can wait, instead of not at all", () => {
    vi.useFakeTimers();
    const rung = vi.fn();
    const cancel = systemClock.after(2 ** 40, rung);
    vi.advanceTimersByTime(60_000);
    expect(rung).not.toHaveBeenCalled();
    cancel();
    expect(vi.getTimerCount()).toBe(0);
    vi.useRealTimers();
  });
});
