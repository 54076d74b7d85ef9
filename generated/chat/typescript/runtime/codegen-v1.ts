/**
 * The seam between generated code and the runtime, version 1. Only generated code imports it; applications import
 * `index.js`. What stands here keeps its meaning as long as the version in its name.
 */
export { type Brand, branded } from "./brand.js";
export type { Channel, Nothing, RequestOptions } from "./channel.js";
export { Client } from "./client.js";
export { type ChannelDefinition, type ContractIdentity, defineChannel } from "./definition.js";
export type { RequestError } from "./errors.js";
export {
  isDate,
  isDateTime,
  isDuration,
  isEmail,
  isHostname,
  isIpv4,
  isIpv6,
  isJsonPointer,
  isRegex,
  isTime,
  isUri,
  isUriReference,
  isUuid,
} from "./formats.js";
export {
  type Check,
  type Issue,
  Issues,
  accepts,
  acceptsAny,
  acceptsName,
  acceptsOne,
  checkAnything,
  checkNull,
  findIssues,
  findTextIssues,
  hasFewer,
  hasMore,
  pointerTo,
} from "./issues.js";
export type { ClientOptions } from "./options.js";
export { type DiscreetCheck, discreet } from "./secrets.js";
export {
  isArray,
  isAtLeast,
  isAtMost,
  isListed,
  isMultipleOf,
  isNumber,
  isObject,
  isText,
  isUnique,
  isWhole,
  listed,
  own,
  ownNames,
} from "./values.js";
