/**
 * Bindings of a realtime client to Angular 20 and later, with or without zones. They hold no logic: the client decides,
 * these follow it. A contract's own functions, such as `injectRoom`, stand in its generated `angular.ts`.
 */
export { type ClientToken, createClientToken, injectClient, provideClient } from "./client.js";
export { type ChannelBinding, injectChannel } from "./inject-channel.js";
export { injectConnection } from "./inject-connection.js";
export { injectEvent } from "./inject-event.js";
export { type EventsOptions, injectEvents } from "./inject-events.js";
export { injectRequest, type RequestBinding } from "./inject-request.js";
export { injectResync } from "./inject-resync.js";
export { injectStore } from "./inject-store.js";
export { whileAlive } from "./while-alive.js";
