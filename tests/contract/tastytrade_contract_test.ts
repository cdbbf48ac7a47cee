import { brokerContract } from "./broker_suite.ts";
import { TastytradeRun } from "./tastytrade_run.ts";

brokerContract("tastytrade", () => new TastytradeRun().subject());
