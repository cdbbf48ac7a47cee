import type { Client, Feature } from "./client.ts";
import type { TwsFace } from "./face.ts";
import { FieldWriter } from "./wire/field_writer.ts";
import { MESSAGE, REQUEST } from "./wire/message_ids.ts";

/** Who is asking whom: ids, accounts, the clock, and what TWS says as a client connects. */
export function identityFeature(face: TwsFace): Feature {
  const { behaviour, accounts, orderIds, gateway, market } = face;
  const managedAccounts = (client: Client): void => {
    const numbers = accounts.accounts.map(({ number }) => number).join(",");
    const list = behaviour.hasTrailingComma ? `${numbers},` : numbers;
    client.send(new FieldWriter(MESSAGE.managedAccounts).int(1).text(list));
  };
  const nextValidId = (client: Client): void =>
    client.send(new FieldWriter(MESSAGE.nextValidId).int(1).int(orderIds.next(client.clientId)));
  return {
    requests: {
      [REQUEST.ids]: nextValidId,
      [REQUEST.managedAccounts]: managedAccounts,
      [REQUEST.currentTime]: (client) => {
        const seconds = Math.floor(market.now() / 1000);
        client.send(new FieldWriter(MESSAGE.currentTime).int(1).int(seconds));
      },
      [REQUEST.setServerLogLevel]: () => {},
      [REQUEST.familyCodes]: (client) => {
        const message = new FieldWriter(MESSAGE.familyCodes).int(accounts.accounts.length);
        for (const { number } of accounts.accounts) message.text(number).text("");
        client.send(message);
      },
      [REQUEST.userInfo]: (client, request) => {
        client.send(new FieldWriter(MESSAGE.userInfo).int(request.int()).text(""));
      },
      [REQUEST.softDollarTiers]: (client, request) => {
        client.send(new FieldWriter(MESSAGE.softDollarTiers).int(request.int()).int(0));
      },
    },
    joined: (client) => {
      if (behaviour.isIdFirst) nextValidId(client);
      managedAccounts(client);
      if (!behaviour.isIdFirst) nextValidId(client);
      gateway.greet(client);
    },
  };
}
