import { brokerContract } from "./broker_suite.ts";
import { IbRun } from "./ib_run.ts";

brokerContract("Interactive Brokers", () => new IbRun().subject());
