import { define } from "@/define.ts";
import { readHistoryLine } from "@/lib/desk/history_line.ts";
import { unknownAccounts } from "@/lib/desk/unknown_accounts.ts";
import { chooseAccounts } from "@/lib/domain/account_choice.ts";
import { parseHistoryRequest } from "@/lib/portfolio/overview/history_request.ts";

/** `GET /api/history?metric=profit&range=5d`: one metric over time; see docs/api.md. */
export const handler = define.handlers({
  GET: async (ctx) => {
    const desk = ctx.state.desk;
    if (desk === null) return ctx.json({ error: "the desk is not started" }, { status: 503 });
    const query = ctx.url.searchParams;
    const request = parseHistoryRequest(query);
    if (!request.ok) return ctx.json(request.error, { status: 400 });
    const accounts = desk.accounts();
    const choice = chooseAccounts(accounts, query.getAll("accounts"));
    if (choice.unknown.length > 0) {
      return ctx.json(unknownAccounts(accounts, choice.unknown), { status: 400 });
    }
    const line = await readHistoryLine(desk, request.value, choice.indices);
    if (line.ok) return ctx.json(line.value);
    const { message, fix } = line.error;
    return ctx.json({ error: message, fix }, { status: 503 });
  },
});
