/**
 * Bindings of a realtime client to Vue 3.5. They hold no logic: the client decides, these follow it.
 * A contract's own composables, such as `useRoom`, stand in its generated `vue.ts`.
 */
export { type ClientKey, clientPlugin, useClient } from "./client.js";
export { type ChannelBinding, type ChannelOptions, useChannel, type WithChannel } from "./useChannel.js";
export { useConnection } from "./useConnection.js";
export { useEvent } from "./useEvent.js";
export { type EventListBinding, useEventList } from "./useEventList.js";
export { useFlagOf, useFlagsOf } from "./useFlags.js";
export { useLatest } from "./useLatest.js";
export { type PresenceBinding, usePresence } from "./usePresence.js";
export { type RequestBinding, useRequest } from "./useRequest.js";
export { useResync } from "./useResync.js";
export { useStore } from "./useStore.js";
export { whileMounted } from "./whileMounted.js";
