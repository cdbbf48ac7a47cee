import {
  aFuture,
  anOption,
  aPosition,
  greeks,
  near,
  quote,
  TestDesk,
} from "../desk_fixture_test.ts";
import { BookScope } from "./scope.ts";
import { legValue } from "./values.ts";

Deno.test("notional: a leg on a later future is of that future's price, as the sum is", () => {
  const first = aFuture();
  const far = aFuture({
    key: "ESZ5",
    symbol: "ESZ5",
    expiresAt: first.expiresAt + 182 * 86_400_000,
  });
  const option = anOption({
    kind: "futureOption",
    underlying: "ES",
    underlyingKey: far.key,
    strike: 6_600,
    multiplier: 50,
  });
  const desk = new TestDesk().add(first, far, option).hold(
    aPosition({ instrumentKey: first.key }),
    aPosition({ instrumentKey: far.key, signedQuantity: -2 }),
    aPosition({ instrumentKey: option.key, signedQuantity: -3 }),
  );
  desk.book.setCarry({ underlying: "ES", riskFreeRate: 0.04, dividendYield: 0.04 });
  desk.send(
    quote(first.key, 5_999.75, 6_000.25),
    quote(far.key, 6_599.75, 6_600.25),
    quote(option.key, 99, 101),
    greeks(option.key, 0.2, 0.5, 0.001, -1, 5, 0.1),
  );
  const scope = new BookScope(desk.book, [0, 1]);
  const legs = [first.key, far.key, option.key].map((key) =>
    legValue(scope, desk.index(key), "notional", { today: "", now: desk.now }) ?? NaN
  );
  const multiplier = first.multiplier;
  const expected = [multiplier * 6_000, 2 * multiplier * 6_600, 3 * 50 * 6_600];
  legs.forEach((leg, place) => near(leg, expected[place], 1e-9 * expected[place]));
  near(legs.reduce((a, b) => a + b), scope.total("contractNotional"), 1e-3);
});
