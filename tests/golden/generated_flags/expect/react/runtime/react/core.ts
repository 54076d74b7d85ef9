export * from "../../../typescript/runtime/index.js";
