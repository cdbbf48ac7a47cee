import { desk } from "./shared_desk.ts";
import "./host_cases.ts";
import "./origin_cases.ts";
import "./page_cases.ts";
import "./error_page_cases.ts";
import "./hostile_page_cases.ts";
import "./data_cases.ts";
import "./service_cases.ts";
import "./history_cases.ts";
import "./reconciliation_cases.ts";
import "./line_page_cases.ts";
import "./connection_cases.ts";
import "./socket_cases.ts";

Deno.test.afterAll(() => desk.stop());
