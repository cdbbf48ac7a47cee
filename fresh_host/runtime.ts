/** The portable subset of `fresh/runtime`: what islands and components may use. Browser-safe. */
export { asset } from "./src/build_id.ts";
export { HttpError } from "./src/error.ts";
export { Head, type HeadProps } from "./src/head.ts";

/** True in a browser, false on the server. */
export const IS_BROWSER: boolean = typeof document !== "undefined";
