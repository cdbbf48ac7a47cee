import { serveWorker } from "../../host/worker_side.ts";
import { JournalServer } from "./journal_server.ts";
import type { FromJournal, ToJournal } from "./wire/messages.ts";

const side = serveWorker<ToJournal, FromJournal>((message) => server.handle(message));
const server = new JournalServer(side.post);
