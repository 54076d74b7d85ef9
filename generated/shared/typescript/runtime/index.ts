/** The realtime client: what applications and framework bindings use. */
export type {
  AnyChannel,
  Channel,
  ChannelSnapshot,
  ChannelStatus,
  EventMap,
  EventMeta,
  EventsOf,
  JoinOptions,
  RecordedOf,
  Recording,
  RequestMap,
  RequestOptions,
  RequestsOf,
  ResyncReason,
} from "./channel.js";
export { Client } from "./client.js";
export { type Clock, systemClock } from "./clock.js";
export type { CloseReason, ConnectionSnapshot, ConnectionStatus } from "./connection.js";
export { createEventLog, type EventLogSnapshot } from "./debug.js";
export type { ChannelDefinition } from "./definition.js";
export {
  AbortedError,
  ClosedError,
  DisconnectedError,
  InvalidPayloadError,
  JoinRefusedError,
  RealtimeError,
  RequestError,
  TimeoutError,
  UnauthorizedError,
} from "./errors.js";
export { type EventListItem, type EventListOptions, type EventListSnapshot, eventList } from "./event-list.js";
export type { FlagStore } from "./flags.js";
export { type ErrorOf, type ProtocolRefusal, errorOf, isErrorOf } from "./failures.js";
export { positionOf } from "./handle.js";
export type { EventLogEntry } from "./frame-entry.js";
export { type HistoryEvent, type HistoryOptions, HistoryChangedError, readHistory } from "./history.js";
export type { Issue } from "./issues.js";
export { latestOf } from "./latest.js";
export type { Position as ChannelPosition } from "./membership.js";
export type { ClientOptions, InvalidEvent, Tap, UnknownFrame } from "./options.js";
export type { Page, PageEvent } from "./browser-page.js";
export type { Presence, PresenceSnapshot, Present } from "./presence-feature.js";
export type { QueueLimits } from "./queue-feature.js";
export type { Store } from "./store.js";
export type { Socket, SocketEvents, SocketFactory } from "./transport.js";
export { openWebSocket, type WebSocketClass, type WebSocketLike, webSocketFactory } from "./websocket.js";
