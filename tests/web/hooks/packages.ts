/** The templates stand outside of this workspace; what they import is found in its `node_modules`. */
import { fileURLToPath } from "node:url";

import type { Plugin } from "vite";

const beside = fileURLToPath(new URL("../package.json", import.meta.url));

export function packagesOfThisWorkspace(): Plugin {
  return {
    name: "packages-of-this-workspace",
    enforce: "pre",
    async resolveId(specifier, importer, options) {
      const isPackage = /^[@a-z]/.test(specifier) && importer?.includes("/node_modules/") !== true;
      return isPackage ? this.resolve(specifier, beside, { ...options, skipSelf: true }) : null;
    },
  };
}
