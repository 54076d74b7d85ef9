/**
 * For tests of applications: what `createFake…` of a contract's `testing.ts` stands on, and its parts for those who test
 * closer to the wire. Not part of `index.ts`, so that it never gets into a bundle by accident.
 */
export type { ChannelExamples, ChannelFacts } from "./testing/channel-facts.js";
export { Fake, type FakeClientOptions, type TestingOptions, type OpenFake } from "./testing/fake.js";
export type { FakeCall, ServerEnd, PlainEnd, FakeMembers, JoinRefusal, SentOf } from "./testing/server-end.js";
export { FakePage } from "./testing/fake-page.js";
export { ManualClock } from "./testing/manual-clock.js";
export { MemoryConnection, MemoryNetwork, type SpokenFrame } from "./testing/memory-network.js";
export type { MockOptions } from "./testing/mock.js";
