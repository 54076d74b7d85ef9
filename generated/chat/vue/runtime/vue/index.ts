/**
 * Bindings of a realtime client to Vue 3.5 (3.5.13 or later where pages are rendered on a server: before that, effects
 * meant for after the mount ran there). They hold no logic: the client decides, these follow it.
 * A contract's own composables, such as `useRoom`, stand in its generated `vue.ts`.
 */
export { type ClientKey, clientPlugin, useClient } from "./client.js";
export { type ChannelBinding, useChannel } from "./useChannel.js";
export { useConnection } from "./useConnection.js";
export { useEvent } from "./useEvent.js";
export { type EventsOptions, useEvents } from "./useEvents.js";
export { type RequestBinding, useRequest } from "./useRequest.js";
export { useResync } from "./useResync.js";
export { useStore } from "./useStore.js";
export { whileActive } from "./whileActive.js";
