import { act, cleanup, render, renderHook } from "@testing-library/react";
import type { ReactElement } from "react";
import { renderToString } from "react-dom/server";
import { afterEach, describe, expect, expectTypeOf, test } from "vitest";

import { CollabProvider, useFlag, useFlags } from "../../../generated/shared/react/collab/react.js";
import { createFakeCollab } from "../../../generated/shared/typescript/collab/testing.js";
import { useFlagOf, useFlagsOf } from "../../../templates/react/runtime/react/index.js";
import { flagged } from "../hooks/flags.js";

afterEach(cleanup);

describe("flags in React", () => {
  test("are those of the client, and follow it", async () => {
    const fake = flagged();
    const { result } = renderHook(() => useFlagsOf(fake.client));
    expect(result.current).toEqual({ compact: false, layout: "wide" });
    await act(async () => {
      fake.setFlags({ layout: "narrow" });
      await fake.settled();
    });
    expect(result.current).toEqual({ compact: false, layout: "narrow" });
  });

  test("render only what asked for the one that changed", async () => {
    const fake = flagged();
    let renderings = 0;
    renderHook(() => {
      renderings++;
      return useFlagOf(fake.client, "compact");
    });
    const before = renderings;
    await act(async () => {
      fake.setFlags({ layout: "narrow" });
      await fake.settled();
    });
    expect(renderings).toBe(before);
    await act(async () => {
      fake.setFlags({ compact: true });
      await fake.settled();
    });
    expect(renderings).toBe(before + 1);
  });

  test("are off on a server", async () => {
    const fake = flagged();
    fake.setFlags({ compact: true });
    await fake.settled();
    function Page(): ReactElement {
      return <p>{String(useFlagOf(fake.client, "compact"))}</p>;
    }
    expect(renderToString(<Page />)).toBe("<p>false</p>");
  });

  test("are typed by the contract in its own hooks", async () => {
    const collab = createFakeCollab();
    collab.client.connect();
    function Page(): ReactElement {
      const rhythm = useFlag("cursorRhythm");
      expectTypeOf(rhythm).toEqualTypeOf<"often" | "seldom">();
      expectTypeOf(useFlags()).toEqualTypeOf<{ readonly cursorRhythm: "often" | "seldom" }>();
      // @ts-expect-error: the contract has no such flag
      useFlag("cursorRythm");
      return <p>{rhythm}</p>;
    }
    const view = render(
      <CollabProvider client={collab.client}>
        <Page />
      </CollabProvider>,
    );
    expect(view.container.textContent).toBe("often");
    await act(async () => {
      collab.setFlags({ cursorRhythm: "seldom" });
      await collab.settled();
    });
    expect(view.container.textContent).toBe("seldom");
    collab.close();
  });
});
