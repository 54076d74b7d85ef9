/**
 * The seam between generated code and the runtime, version 1. Only generated code imports it; applications import
 * `index.js`. What stands here keeps its meaning as long as the version in its name.
 */
export type { Channel, RequestOptions } from "./channel.js";
export { Client, type ClientOptions } from "./client.js";
export { type ChannelDefinition, type ContractIdentity, defineChannel } from "./definition.js";
export type { RequestError } from "./errors.js";
export { type Issue, Issues, findIssues, pointerTo } from "./issues.js";
export {
  codePoints,
  isArray,
  isAtLeast,
  isAtMost,
  isInteger,
  isMultipleOf,
  isNumber,
  isObject,
  isText,
  isUnique,
  own,
  ownNames,
} from "./values.js";
