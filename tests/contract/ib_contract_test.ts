import { brokerContract } from "./broker_suite.ts";
import { IbRun } from "./ib_run.ts";

brokerContract("Interactive Brokers", () => new IbRun().subject());

/** Everything that a TWS may do otherwise, and bytes that come in other pieces. */
const otherwise = {
  serverVersion: 193,
  accounts: 6,
  firstOrderId: 1000,
  isIdFirst: true,
  hasTrailingComma: false,
  hasLongTradeDates: true,
  hasLastTradeDay: false,
  faults: {
    seed: 3,
    faults: [
      { on: "wire", do: "fragment", when: { share: 0.5 } },
      { on: "wire", do: "coalesce", latencyMs: 20, when: { share: 0.3 } },
    ],
  },
} as const;

brokerContract("Interactive Brokers, otherwise", () => new IbRun(otherwise).subject());
