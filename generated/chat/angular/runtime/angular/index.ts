/**
 * Bindings of a realtime client to Angular 20 and later, with or without zones. They hold no logic: the client decides,
 * these follow it. A contract's own functions, such as `injectRoom`, stand in its generated `angular.ts`.
 */
export { injectStore, whileAlive } from "./bindings.js";
export { type ClientSource, type ClientToken, createClientToken, injectClient, provideClient } from "./client.js";
export { type ChannelBinding, type ChannelOptions, type WithChannel, injectChannel } from "./inject-channel.js";
export { injectConnection } from "./inject-connection.js";
export { injectEvent } from "./inject-event.js";
export { type EventListBinding, injectEventList } from "./inject-event-list.js";
export { injectEventStream } from "./inject-event-stream.js";
export { injectFlagOf, injectFlagsOf } from "./inject-flags.js";
export { injectLatest } from "./inject-latest.js";
export { injectPresence, type PresenceBinding } from "./inject-presence.js";
export { injectRequest, type RequestBinding } from "./inject-request.js";
export { injectResync } from "./inject-resync.js";
export { observableOf } from "./observable-of.js";
