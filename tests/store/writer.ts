/**
 * A journal's writer for tests that end it: appends in groups, prints one line for each record that
 * was acknowledged. Arguments: folder, name of the run, records (0: until it is ended), records in
 * a group.
 */
import { realClock } from "@/lib/host/clock.ts";
import { realRandom } from "@/lib/host/random.ts";
import { realTimers } from "@/lib/host/timers.ts";
import { startWorker } from "@/lib/host/worker.ts";
import { openJournal } from "@/lib/store/journal/open_journal.ts";
import { JOURNAL_WORKER_URL, localLink, workerLink } from "@/lib/store/journal/wire/link.ts";
import type { FromJournal, ToJournal } from "@/lib/store/journal/wire/messages.ts";
import { recordNumber } from "./record_number.ts";

const [directory, run, countText, groupText, place = "worker"] = Deno.args;
const count = Number(countText);
const group = Number(groupText);

function say(line: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
}

const opened = await openJournal({
  directory,
  mode: "demo",
  source: "test",
  clock: realClock,
  timers: realTimers,
  random: realRandom,
  ballastBytes: 64 * 1024,
  connect: place === "here"
    ? localLink
    : () => workerLink(startWorker<FromJournal, ToJournal>(JOURNAL_WORKER_URL)),
});
if (!opened.ok) {
  say(`refused ${opened.error.code} ${opened.error.message}`);
  Deno.exit(1);
}
const { journal } = opened.value;
say("ready");
for (let next = 0; count === 0 || next < count; next += group) {
  const members = Array.from({ length: group }, (_, index) => next + index);
  await Promise.all(members.map(async (index) => {
    const receipt = await journal.append(recordNumber(run, index));
    if (receipt.ok) say(`ack ${receipt.value.seq} ${index} ${receipt.value.isNew}`);
    else say(`failed ${index} ${receipt.error.message}`);
  }));
}
await journal.close();
say("closed");
