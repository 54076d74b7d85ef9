/** The realtime client: what applications and framework bindings use. */
export type {
  AnyChannel,
  Channel,
  ChannelSnapshot,
  ChannelStatus,
  EventMap,
  EventMeta,
  EventsOf,
  RequestMap,
  RequestOptions,
  RequestsOf,
  ResyncReason,
} from "./channel.js";
export { Client } from "./client.js";
export type { Clock } from "./clock.js";
export type { CloseReason, ConnectionSnapshot, ConnectionStatus } from "./connection.js";
export type { ChannelDefinition } from "./definition.js";
export {
  ClosedError,
  DisconnectedError,
  InvalidPayloadError,
  JoinRefusedError,
  RealtimeError,
  RequestError,
  TimeoutError,
  isRequestError,
} from "./errors.js";
export type { Issue } from "./issues.js";
export type { ClientOptions, InvalidEvent, UnknownFrame } from "./options.js";
export type { Store } from "./store.js";
export type { Socket, SocketEvents, SocketFactory } from "./transport.js";
