import { render } from "@testing-library/react";
import { createElement, version } from "react";
import { version as renderer } from "react-dom";
import { expect, test } from "vitest";

test("it is React 18 that the hooks and whoever renders them get", () => {
  expect(version).toMatch(/^18\./);
  expect(renderer).toMatch(/^18\./);
  expect(render(createElement("p", null, "shown")).container.textContent).toBe("shown");
});
