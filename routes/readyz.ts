import { define } from "@/define.ts";
import { connectionsSentence } from "@/lib/portfolio/connect/sentence.ts";

/** `GET /readyz`: 200 when every part works, else 503 with the causes. */
export const handler = define.handlers({
  GET: (ctx) => {
    const { desk, connections } = ctx.state;
    const message = connections === null
      ? "the desk is not started"
      : connectionsSentence(connections.state());
    const causes = desk?.readiness() ?? [{ code: "starting", message }];
    return ctx.json({ ready: causes.length === 0, causes }, {
      status: causes.length === 0 ? 200 : 503,
    });
  },
});
