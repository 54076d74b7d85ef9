/**
 * Bindings of a realtime client to React 18 and 19. They hold no logic: the client decides, these follow it.
 * A contract's own hooks, such as `useRoom`, stand in its generated `react.ts`.
 */
export { type ClientContext, createClientContext, type ProviderProps, provideClient, useClient } from "./context.js";
export { type ChannelBinding, type ChannelOptions, type WithChannel, useChannel } from "./useChannel.js";
export { useConnection } from "./useConnection.js";
export { useEvent } from "./useEvent.js";
export { useEventList } from "./useEventList.js";
export { useFlagOf, useFlagsOf } from "./useFlags.js";
export { useLatest } from "./useLatest.js";
export { type PresenceBinding, usePresence } from "./usePresence.js";
export { type RequestBinding, useRequest } from "./useRequest.js";
export { useResync } from "./useResync.js";
export { useStore } from "./useStore.js";
