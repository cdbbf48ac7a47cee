import assert from "node:assert/strict";
import { VirtualTime } from "@/lib/ports/virtual_time.ts";
import { FakeBook } from "@/tests/fixtures/fake_book.ts";
import { aDesk, aViewer, join } from "@/tests/fixtures/stream_link.ts";

const START = 1742393700000;

Deno.test("P16: an account leaves the hub with the last four of its number, in both forms", () => {
  for (const format of ["binary", "json"] as const) {
    const time = new VirtualTime(START);
    const book = new FakeBook({ underlyings: 2, accounts: 2, rows: 4, seed: 1 });
    const { hub } = aDesk(book, time);
    const { socket } = join(hub, { ...aViewer, format });
    time.advance(500);
    // The first accounts come with the snapshot, this one with a difference.
    book.addAccount();
    time.advance(500);
    hub.stop("end of the test");

    const decoder = new TextDecoder();
    const sent = socket.sent.map((data) => typeof data === "string" ? data : decoder.decode(data))
      .join("\n");
    for (let a = 0; a < book.accountCount; a++) {
      const { number } = book.account(a).account;
      assert.ok(sent.includes(`"number":"••••${number.slice(-4)}"`), `${format}: ${number}`);
      assert.ok(!sent.includes(number.slice(-5)), `${format}: more than the last four`);
    }
  }
});
