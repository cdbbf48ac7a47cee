import { isoTime } from "../decimals.ts";
import type { FaceAccount } from "../accounts_face.ts";
import type { RestContext } from "./context.ts";
import { item, json, list, notFound, refusal, type SimReply } from "./reply.ts";

const OPENED_AT = "2024-02-05T15:01:00.000+00:00";

/** POST /oauth/token: the answer has no envelope and underscores in its keys. */
export function oauthToken(context: RestContext): SimReply {
  const { tokens, options } = context.parts;
  const body = context.body();
  if (body === null) return refusal(400, "invalid_request", "The body must be a JSON object");
  if (body.grant_type !== "refresh_token") {
    return refusal(400, "unsupported_grant_type", "Only refresh_token is granted here");
  }
  if (body.client_secret !== options.clientSecret) {
    return refusal(401, "invalid_client", "Client authentication failed");
  }
  if (tokens.isRefreshRevoked || body.refresh_token !== options.refreshToken) {
    return refusal(400, "invalid_grant", "Grant revoked");
  }
  const { token } = tokens.issueAccess();
  const expires_in = Math.floor(options.accessTokenLifeMs / 1000);
  return json(200, { access_token: token, token_type: "Bearer", expires_in });
}

/** GET /customers/me */
export function customer(context: RestContext): SimReply {
  return item(context.context, {
    id: "me",
    "first-name": "Sim",
    "last-name": "Ulator",
    email: "sim@example.test",
    "mobile-phone-number": "+15550000000",
    username: "simulator",
    "external-id": "U0000042-sim",
    "is-professional": false,
    "has-delayed-quotes": context.parts.options.environment === "sandbox",
    // The one place whose keys have underscores.
    "permitted-account-types": [{ name: "Individual", has_multiple_owners: false }],
    "created-at": OPENED_AT,
  });
}

/** GET /customers/me/accounts: every account is wrapped once more. */
export function customerAccounts(context: RestContext): SimReply {
  const items = context.parts.accounts.accounts.map((account) => ({
    account: accountResource(account),
    "authority-level": "owner",
  }));
  return list(context.context, items);
}

/** GET /customers/me/accounts/{n}: not wrapped. */
export function customerAccount(context: RestContext, number: string): SimReply {
  const account = context.account(number);
  if (account === undefined) return notFound(`account ${number}`);
  return item(context.context, accountResource(account));
}

/** GET /api-quote-tokens */
export function quoteToken(context: RestContext): SimReply {
  const { tokens, options, dxlinkUrl } = context.parts;
  const { token, issuedAt, expiresAt } = tokens.issueQuote();
  return item(context.context, {
    token,
    "dxlink-url": dxlinkUrl(),
    level: options.environment === "sandbox" ? "demo" : "api",
    "issued-at": isoTime(issuedAt + options.skewMs),
    "expires-at": isoTime(expiresAt + options.skewMs),
  });
}

function accountResource(account: FaceAccount): Record<string, unknown> {
  return {
    "account-number": account.number,
    "external-id": `A${account.number}`,
    "opened-at": OPENED_AT,
    nickname: account.nickname,
    "account-type-name": account.typeName,
    "day-trader-status": false,
    "is-closed": false,
    "is-firm-error": false,
    "is-firm-proprietary": false,
    "is-futures-approved": true,
    "is-test-drive": false,
    "margin-or-cash": account.marginOrCash,
    "is-foreign": false,
    "funding-date": "2024-02-07",
    "investment-objective": "SPECULATION",
    "suitable-options-level": "No Restrictions",
    "created-at": OPENED_AT,
  };
}
