/** For the generated `_fresh/server.js` only; never imported by the app. */
export { attachSnapshot } from "./src/app.ts";
export { islandRegistry } from "./src/snapshot.ts";
