/** The templates stand outside of this workspace; what they import is found in its `node_modules`, or in another's. */
import { fileURLToPath } from "node:url";

import type { Plugin } from "vite";

const beside = fileURLToPath(new URL("../package.json", import.meta.url));

/** `importer` is the `package.json` beside the `node_modules`; what is not there is looked up as ever. */
export function packagesOfThisWorkspace(importer = beside): Plugin {
  return {
    name: "packages-of-this-workspace",
    enforce: "pre",
    async resolveId(specifier, from, options) {
      const isPackage = /^[@a-z]/.test(specifier) && from?.includes("/node_modules/") !== true;
      return isPackage ? this.resolve(specifier, importer, { ...options, skipSelf: true }) : null;
    },
  };
}
