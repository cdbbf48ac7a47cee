import type { ComponentChildren } from "preact";
import type { OverviewData } from "@/lib/portfolio/overview/data.ts";
import Accounts from "@/islands/Accounts.tsx";
import Desk from "@/islands/Desk.tsx";
import FeedBar from "@/islands/FeedBar.tsx";
import Keys from "@/islands/Keys.tsx";
import Theme from "@/islands/Theme.tsx";
import Vitals from "@/islands/Vitals.tsx";
import { chosenSlugs } from "@/components/overview/OverviewPage.tsx";
import { BottomTabs, Nav } from "@/components/shell/Nav.tsx";
import { SignOut } from "@/components/shell/SignOut.tsx";
import { Specimen } from "@/components/shell/Specimen.tsx";

function Rail(props: { data: OverviewData; isGuarded: boolean; failing: number }) {
  const { data, isGuarded, failing } = props;
  return (
    <nav class="rail" aria-label="Main" id="more">
      <a class="brand" href="/">Deltadesk</a>
      <Nav page="overview" failing={failing} />
      <Accounts accounts={data.accounts} open={data.preferences.open} />
      <Vitals vitals={data.vitals} />
      <div class="rail-end">
        <Theme theme={data.preferences.theme} />
        {isGuarded && <SignOut />}
      </div>
    </nav>
  );
}

/**
 * The frame around every page that shows the book: rail, feed bar, main, phone tabs. `isGuarded`:
 * whoever sees it has signed in. `failing`: connections that fail.
 */
export function Shell(
  props: {
    data: OverviewData;
    isGuarded: boolean;
    failing: number;
    children: ComponentChildren;
  },
) {
  const { data, isGuarded, failing } = props;
  const chosen = data.accounts.filter((item) => item.isChosen).map((item) => item.index);
  const { open, side } = data.preferences;
  return (
    <div class="app">
      <Rail data={data} isGuarded={isGuarded} failing={failing} />
      <FeedBar mode={data.mode} bar={data.feedBar} recomputeMs={data.recomputeMs} />
      <main class="main" id="main" tabindex={-1}>
        <Specimen mode={data.mode} />
        {props.children}
      </main>
      <BottomTabs page="overview" failing={failing} hasSheet />
      <Desk
        snapshot={data.snapshot.text}
        chosen={chosen}
        address={{ accounts: chosenSlugs(data), open, side }}
        isGuarded={isGuarded}
      />
      <Keys />
    </div>
  );
}
