/** CommonJS packages inside an ES module still ask for a `require`: the first line of every bundle. */
export const requireShim =
  "import{createRequire as createRequireOfBundle}from'node:module';const require=createRequireOfBundle(import.meta.url);";
