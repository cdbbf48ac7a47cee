import { brokerContract } from "./broker_suite.ts";
import { TastytradeRun } from "./tastytrade_run.ts";

const SMALL = { positions: 24, accounts: 6 } as const;

brokerContract("tastytrade", () => new TastytradeRun({ positions: 24 }).subject());

brokerContract("tastytrade, strict, six accounts, every kind", () => {
  const strict = { strictness: "strict", isConfigLazy: true, hasManyPairs: true } as const;
  const rest = { balanceShape: "items", hasStreamerSymbols: false, hasOtherKinds: true } as const;
  return new TastytradeRun({ ...SMALL, rest, dxlink: strict }).subject();
});

brokerContract("tastytrade, sandbox", () => {
  return new TastytradeRun({ ...SMALL, environment: "sandbox" }).subject();
});
