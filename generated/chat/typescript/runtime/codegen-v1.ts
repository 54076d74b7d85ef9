/**
 * The seam between generated code and the runtime, version 1. Only generated code imports it; applications import
 * `index.js`. What stands here keeps its meaning as long as the version in its name.
 */
export { type Brand, branded } from "./brand.js";
export type { Channel, Nothing, Recording, RequestOptions } from "./channel.js";
export {
  type Check,
  type Validators,
  type Wanted,
  acceptsAny,
  acceptsName,
  acceptsOne,
  bounded,
  checkAnything,
  checkNull,
  findDeepIssues,
  findIssues,
  findTextIssues,
  hasFewer,
  hasMore,
  validatorsOf,
} from "./checks.js";
export { Client } from "./client.js";
export { type ChannelDefinition, type ContractIdentity, defineChannel } from "./definition.js";
export type { RequestError } from "./errors.js";
export { FlaggedClient, type FlagValues } from "./flags.js";
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
export type { Issue, Place } from "./issues.js";
export { offlineQueue } from "./offline-queue.js";
export type { ClientOptions } from "./options.js";
export { type DiscreetCheck, discreet } from "./secrets.js";
export { presenceOf } from "./presence.js";
export type { Present } from "./presence-feature.js";
export {
  hasLength,
  hasOnly,
  isArray,
  isAtLeast,
  isAtMost,
  isListed,
  isMultipleOf,
  isNumber,
  isObject,
  isString,
  isText,
  isUnique,
  isWhole,
  isWithin,
  listed,
  own,
  ownNames,
} from "./values.js";
