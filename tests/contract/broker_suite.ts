import type { ContractSubject } from "./broker_subject.ts";
import { connectionContract } from "./broker_connection.ts";
import { marketContract } from "./broker_market.ts";
import { queryContract } from "./broker_queries.ts";

export type { ContractSubject } from "./broker_subject.ts";

/**
 * Registers the tests that every broker adapter must pass. `makeSubject` makes a fresh adapter with
 * its own time for each test; the suite closes it.
 */
export function brokerContract(
  name: string,
  makeSubject: () => ContractSubject | Promise<ContractSubject>,
): void {
  const test = (sentence: string, work: (subject: ContractSubject) => Promise<void>): void => {
    Deno.test(`broker contract, ${name}: ${sentence}`, async () => {
      const subject = await makeSubject();
      try {
        await work(subject);
      } finally {
        await subject.adapter.close();
      }
    });
  };
  queryContract(test);
  marketContract(test);
  connectionContract(test);
}
