import { describe, expect, expectTypeOf, test } from "vitest";

import { injectFlagOf, injectFlagsOf } from "../../../templates/angular/runtime/angular/index.js";
import { flagged } from "../hooks/flags.js";
import { mount, settle } from "./mounting.js";

describe("flags in Angular", () => {
  test("are those of the client, and follow it", async () => {
    const fake = flagged();
    const { given, fixture } = mount(
      () => ({ compact: injectFlagOf(fake.client, "compact"), all: injectFlagsOf(fake.client) }),
      ({ compact, all }) => `${String(compact())} ${all().layout}`,
    );
    expectTypeOf(given.compact()).toEqualTypeOf<boolean>();
    expectTypeOf(given.all().layout).toEqualTypeOf<"wide" | "narrow">();
    const shown = (): string | null => (fixture.nativeElement as HTMLElement).textContent;
    await settle();
    await fake.settled();
    await settle();
    expect(shown()).toBe("false wide");
    fake.setFlags({ compact: true, layout: "narrow" });
    await fake.settled();
    await settle();
    expect(shown()).toBe("true narrow");
  });
});
