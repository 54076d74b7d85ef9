// @vitest-environment jsdom
import { composeStories } from "@storybook/react-vite";
import { screen } from "@testing-library/react";
import { expect, test } from "vitest";

import * as stories from "./RoomPage.stories";

const { Lively } = composeStories(stories);

test("lists what the mock says", async () => {
  await Lively.run();
  expect(await screen.findAllByRole("listitem", {}, { timeout: 5_000 })).not.toHaveLength(0);
});
