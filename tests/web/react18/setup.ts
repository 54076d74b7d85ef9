/** Packages that import React, such as Testing Library and React's own renderer, get version 18, too. */
import { registerHooks } from "node:module";

import { REACT, eighteen } from "./eighteen.js";

registerHooks({
  resolve: (specifier, context, next) => next(REACT.test(specifier) ? eighteen(specifier) : specifier, context),
});
