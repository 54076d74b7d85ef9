import { describe, expect, expectTypeOf, test } from "vitest";
import { createApp, h, nextTick } from "vue";

import { useFlagOf, useFlagsOf } from "../../../templates/vue/runtime/vue/index.js";
import { flagged } from "../hooks/flags.js";

describe("flags in Vue", () => {
  test("are those of the client, and follow it while mounted", async () => {
    const fake = flagged();
    const element = document.createElement("div");
    let renderings = 0;
    const app = createApp({
      setup() {
        const compact = useFlagOf(fake.client, "compact");
        const all = useFlagsOf(fake.client);
        expectTypeOf(compact.value).toEqualTypeOf<boolean>();
        expectTypeOf(all.value.layout).toEqualTypeOf<"wide" | "narrow">();
        // @ts-expect-error: the contract has no such flag
        useFlagOf(fake.client, "compakt");
        return () => {
          renderings++;
          return h("p", String(compact.value));
        };
      },
    });
    app.mount(element);
    await fake.settled();
    await nextTick();
    expect(element.textContent).toBe("false");
    const before = renderings;
    fake.setFlags({ layout: "narrow" });
    await fake.settled();
    await nextTick();
    expect(renderings).toBe(before);
    fake.setFlags({ compact: true });
    await fake.settled();
    await nextTick();
    expect([element.textContent, renderings]).toEqual(["true", before + 1]);
    app.unmount();
  });
});
