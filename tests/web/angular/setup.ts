/** Angular, compiled in the test process. */
import "@angular/compiler";
import { getTestBed, TestBed } from "@angular/core/testing";
import { BrowserTestingModule, platformBrowserTesting } from "@angular/platform-browser/testing";
import { beforeEach } from "vitest";

import { changeDetection } from "./mode.js";

// Files of one project share it.
getTestBed().resetTestEnvironment();
getTestBed().initTestEnvironment(BrowserTestingModule, platformBrowserTesting());

beforeEach(() => {
  TestBed.resetTestingModule().configureTestingModule({ providers: [changeDetection()] });
});
