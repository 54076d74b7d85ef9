/**
 * The chat's panels, and what happened to their clients where a test can read it: `globalThis.proof`.
 *
 * `?ws=` is the server, `?show=React,Vue` are the panels (all by default, `Core` is a listener without one),
 * `?tickets=1` shows a new token each time.
 */
import { StrictMode, createElement, useEffect } from "react";
import { createRoot } from "react-dom/client";

import { mountAngular } from "../../../examples/chat/web/angular/mount.js";
import { mountReact } from "../../../examples/chat/web/react/mount.js";
import { mountVue } from "../../../examples/chat/web/vue/mount.js";
import {
  type ChatClient,
  type InvalidEvent,
  UnauthorizedError,
  createChatClient,
} from "../../../generated/chat/typescript/chat/index.js";

const query = new URLSearchParams(location.search);
const panels = new Map<string, (place: HTMLElement, client: ChatClient) => unknown>([
  ["React", mountReact],
  ["Vue", mountVue],
  ["Angular", mountAngular],
]);
const shown = query.get("show")?.split(",") ?? panels.keys();

/** What one panel's client went through. */
interface Story {
  readonly client: ChatClient;
  /** Bodies of all messages that listeners got, in order. */
  readonly heard: string[];
  readonly resyncs: string[];
  /** Statuses of the connection, one after the other. */
  readonly statuses: string[];
  readonly invalid: InvalidEvent[];
  /** Kinds and tags of frames that it does not know. */
  readonly unknown: string[];
}

const proof = {
  stories: {} as Record<string, Story>,
  /** How often React mounted a component that is rendered once: twice in development. */
  mounts: 0,
  tickets: 0,
  signedOut: false,
  /** Times this page came out of the back/forward cache. */
  returns: 0,
  freezes: 0,
  /** Milliseconds of each task that took more than 50. */
  longTasks: [] as number[],
};
Object.assign(globalThis, { proof });

function ticket(): Promise<string> {
  if (proof.signedOut) return Promise.reject(new UnauthorizedError("signed out"));
  return Promise.resolve(`ticket-${String(++proof.tickets)}`);
}

function follow(name: string): ChatClient {
  const story: Omit<Story, "client"> = { heard: [], resyncs: [], statuses: [], invalid: [], unknown: [] };
  const client = createChatClient({
    url: query.get("ws") ?? `ws://${location.host}`,
    onInvalid: (event) => story.invalid.push(event),
    onUnknown: ({ kind, tag }) => story.unknown.push(`${kind} ${tag}`),
    ...(query.has("tickets") ? { token: ticket } : {}),
  });
  const room = client.room({ roomId: "general" });
  room.on("posted", ({ body }) => story.heard.push(body));
  room.onResync((reason) => story.resyncs.push(reason));
  client.connection.subscribe(() => {
    const { status } = client.connection.getSnapshot();
    if (story.statuses.at(-1) !== status) story.statuses.push(status);
  });
  proof.stories[name] = { client, ...story };
  return client;
}

function Mounted(): null {
  useEffect(() => {
    proof.mounts++;
  }, []);
  return null;
}

new PerformanceObserver((list) => {
  proof.longTasks.push(...list.getEntries().map((entry) => entry.duration));
}).observe({ type: "longtask", buffered: true });
addEventListener("pageshow", (event) => {
  if (event.persisted) proof.returns++;
});
document.addEventListener("freeze", () => {
  proof.freezes++;
});

createRoot(document.createElement("div")).render(createElement(StrictMode, null, createElement(Mounted)));
for (const name of shown) {
  const place = document.getElementById(name.toLowerCase());
  if (place !== null) await panels.get(name)?.(place, follow(name));
  if (name === "Core") follow(name).room({ roomId: "general" }).retain();
}
