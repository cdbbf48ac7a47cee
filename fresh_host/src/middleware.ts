import { type Context, internalsOf } from "./context.ts";
import type { MaybeLazyMiddleware, Middleware } from "./handlers.ts";

/**
 * Joins middlewares to one. Each sees as `ctx.next` the rest of the list, the last one what
 * `ctx.next` was before. A lazy one is replaced by what it loads. Errors land in `ctx.error`.
 */
export function compose<State>(list: readonly MaybeLazyMiddleware<State>[]): Middleware<State> {
  const steps = [...list];
  return (ctx) => {
    const tail = ctx.next;
    const dispatch = async (index: number): Promise<Response> => {
      if (index === steps.length) return await tail();
      ctx.next = () => dispatch(index + 1);
      const internals = internalsOf(ctx);
      const { app, layouts } = internals;
      try {
        return await runStep(steps, index, ctx);
      } catch (error) {
        ctx.error = error;
        throw error;
      } finally {
        internals.app = app;
        internals.layouts = layouts;
      }
    };
    return dispatch(0);
  };
}

async function runStep<State>(
  steps: MaybeLazyMiddleware<State>[],
  index: number,
  ctx: Context<State>,
): Promise<Response> {
  const result = await steps[index](ctx);
  if (typeof result !== "function") return result;
  steps[index] = result;
  return await result(ctx);
}
