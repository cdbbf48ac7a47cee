import axe from "axe-core";
import type { Page } from "playwright-core";

/** What axe says of a rule that a page breaks, as far as it is read here. */
interface Violation {
  readonly id: string;
  readonly impact: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
}

/**
 * What axe finds on a page as it stands, each with its first element: grave things, or `isAll`
 * things.
 */
export async function violations(page: Page, isAll = false): Promise<string[]> {
  await page.evaluate(axe.source);
  const found: Violation[] = await page.evaluate(async () => {
    const run = Reflect.get(globalThis, "axe");
    const { violations } = await run.run(document, { resultTypes: ["violations"] });
    return violations;
  });
  return found.filter(({ impact }) => isAll || impact === "serious" || impact === "critical")
    .map(({ id, nodes: [first, ...more] }) =>
      `${id} (${more.length + 1}): ${first.html} ${first.failureSummary}`
    );
}
