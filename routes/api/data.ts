import { define } from "@/define.ts";
import { chooseAccounts } from "@/lib/domain/account_choice.ts";
import { unknownAccounts } from "@/lib/desk/unknown_accounts.ts";

/** `GET /api/data?accounts=A,B`: the book as JSON; see docs/api.md. */
export const handler = define.handlers({
  GET: (ctx) => {
    const desk = ctx.state.desk;
    if (desk === null) return ctx.json({ error: "the desk is not started" }, { status: 503 });
    const accounts = desk.accounts();
    const choice = chooseAccounts(accounts, ctx.url.searchParams.getAll("accounts"));
    if (choice.unknown.length > 0) {
      return ctx.json(unknownAccounts(accounts, choice.unknown), { status: 400 });
    }
    const body = desk.data(choice.indices);
    if (body === null) {
      const headers = { "retry-after": "1" };
      return ctx.json({ error: "too many large answers at once" }, { status: 503, headers });
    }
    return new Response(body, { headers: { "content-type": "application/json" } });
  },
});
