/** Builds what the first argument describes: options of the Builder, as JSON. */
import { Builder } from "fresh/dev";

await new Builder(JSON.parse(Deno.args[0])).build();
