import { define } from "@/define.ts";
import { chooseAccounts } from "@/lib/domain/account_choice.ts";
import { unknownAccounts } from "@/lib/desk/unknown_accounts.ts";

/** `GET /api/reconciliation?accounts=A,B`: broker and desk side by side; see docs/api.md. */
export const handler = define.handlers({
  GET: async (ctx) => {
    const desk = ctx.state.desk;
    if (desk === null) return ctx.json({ error: "the desk is not started" }, { status: 503 });
    const accounts = desk.accounts();
    const query = ctx.url.searchParams;
    const choice = chooseAccounts(accounts, query.getAll("accounts"));
    if (choice.unknown.length > 0) {
      return ctx.json(unknownAccounts(accounts, choice.unknown), { status: 400 });
    }
    if (!query.has("lasting")) return ctx.json(await desk.reconciliation(choice.indices));
    const lasting = desk.lastingDifferences()?.filter(({ index }) =>
      choice.indices.includes(index)
    );
    return ctx.json({ lasting: lasting ?? null });
  },
});
