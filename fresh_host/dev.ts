/** The portable subset of `fresh/dev`: the Builder that `dev.ts` of the app uses. */
export { Builder, type BuildOptions } from "./src/builder.ts";
