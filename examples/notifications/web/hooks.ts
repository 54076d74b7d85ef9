/** The generated hooks, and a name for what a channel's hook gives. */
export {
  NotificationsProvider,
  useEvent,
  useInbox,
  useNotificationsConnection,
  useRequest,
  useResync,
} from "../../../generated/shared/react/notifications/react.js";

export type ChannelBindingOf<Hook extends (params: never) => unknown> = ReturnType<Hook>;
