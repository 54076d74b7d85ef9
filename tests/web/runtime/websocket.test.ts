/** Sockets by the interface of WebSockets: any class that has it will do. */
import { describe, expect, it, vi } from "vitest";

import { webSocketFactory } from "../../../templates/typescript/runtime/websocket.js";

type Handler<Event> = ((event: Event) => void) | null;

/** As packages have it: events of its own, and errors that nobody listens to are thrown. */
class PackageSocket {
  static latest: PackageSocket;
  onopen: Handler<{ readonly target: PackageSocket }> = null;
  onmessage: Handler<{ readonly data: unknown; readonly mine: true }> = null;
  onclose: Handler<{ readonly code: number; readonly reason: string; readonly mine: true }> = null;
  onerror: Handler<{ readonly error: Error }> = null;
  readonly calls: unknown[][];

  constructor(url: string, protocols: string[]) {
    this.calls = [["open", url, protocols]];
    PackageSocket.latest = this;
  }

  send(text: string): void {
    this.calls.push(["send", text]);
  }

  close(code: number, reason: string): void {
    this.calls.push(["close", code, reason]);
    this.fail();
  }

  fail(): void {
    if (this.onerror === null) throw new Error("Unhandled 'error' event");
    this.onerror({ error: new Error("ECONNREFUSED") });
    this.onclose?.({ code: 1006, reason: "", mine: true });
  }
}

function opened(): { readonly told: unknown[][]; readonly socket: PackageSocket; readonly close: () => void } {
  const told: unknown[][] = [];
  const made = webSocketFactory(PackageSocket)("ws://x", ["a", "b"], {
    opened: (...given) => told.push(["opened", ...given]),
    received: (text) => told.push(["received", text]),
    closed: (code, reason) => told.push(["closed", code, reason]),
  });
  made.send("hello");
  return {
    told,
    socket: PackageSocket.latest,
    close: () => {
      made.close(1000, "bye");
    },
  };
}

describe("a class that is handed in", () => {
  it("is opened with the client's protocols, and what it tells is passed on, text only", () => {
    const { told, socket } = opened();
    socket.onopen?.({ target: socket });
    socket.onmessage?.({ data: "text", mine: true });
    socket.onmessage?.({ data: new ArrayBuffer(1), mine: true });
    socket.onclose?.({ code: 4000, reason: "drained", mine: true });
    expect(told).toEqual([["opened"], ["received", "text"], ["closed", 4000, "drained"]]);
    expect(socket.calls).toEqual([
      ["open", "ws://x", ["a", "b"]],
      ["send", "hello"],
    ]);
  });

  it("tells of a connection that fails once, and throws nothing", () => {
    const { told, socket } = opened();
    socket.fail();
    expect(told).toEqual([["closed", 1006, ""]]);
    expect(socket.onclose).toBeNull();
  });

  it("tells nothing after it was closed, and may fail then", () => {
    const { told, socket, close } = opened();
    close();
    expect(told).toEqual([]);
    expect(socket.calls.at(-1)).toEqual(["close", 1000, "bye"]);
  });

  it("hands on a burst in slices, its end behind all of it, and nothing more once it was closed", async () => {
    let now = 0;
    vi.spyOn(performance, "now").mockImplementation(() => (now += 6));
    const [first, second] = [opened(), opened()];
    for (const { socket } of [first, second]) {
      for (const data of ["a", "b", "c"]) socket.onmessage?.({ data, mine: true });
      socket.onclose?.({ code: 4000, reason: "", mine: true });
    }
    const early = second.told.length;
    second.close();
    await vi.waitFor(() => {
      expect(first.told.at(-1)).toEqual(["closed", 4000, ""]);
    });
    expect(first.told.map(([, text]) => text)).toEqual(["a", "b", "c", 4000]);
    expect(second.told).toHaveLength(early);
    expect(early).toBeLessThan(3);
    vi.restoreAllMocks();
  });

  it("may be the platform's own", () => {
    expect(webSocketFactory(WebSocket)).toBeTypeOf("function");
  });
});
