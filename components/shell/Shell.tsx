import type { ComponentChildren } from "preact";
import type { OverviewData } from "@/lib/portfolio/overview/data.ts";
import Accounts from "@/islands/Accounts.tsx";
import Desk from "@/islands/Desk.tsx";
import FeedBar from "@/islands/FeedBar.tsx";
import Keys from "@/islands/Keys.tsx";
import Theme from "@/islands/Theme.tsx";
import Vitals from "@/islands/Vitals.tsx";
import { chosenSlugs } from "@/components/overview/OverviewPage.tsx";
import { SignOut } from "@/components/shell/SignOut.tsx";
import { Specimen } from "@/components/shell/Specimen.tsx";

function Nav() {
  return (
    <ul class="nav">
      <li>
        <a href="/" aria-current="page">Overview</a>
      </li>
    </ul>
  );
}

function Rail(props: { data: OverviewData; isGuarded: boolean }) {
  const { data, isGuarded } = props;
  return (
    <nav class="rail" aria-label="Main" id="more">
      <a class="brand" href="/">Deltadesk</a>
      <Nav />
      <Accounts accounts={data.accounts} open={data.preferences.open} />
      <Vitals vitals={data.vitals} />
      <div class="rail-end">
        <Theme theme={data.preferences.theme} />
        {isGuarded && <SignOut />}
      </div>
    </nav>
  );
}

function BottomTabs() {
  return (
    <nav class="tabs-bottom" aria-label="Pages">
      <a href="#main" aria-current="page">
        <svg viewBox="0 0 20 20" aria-hidden="true">
          <path d="M3 17V9m5 8V3m5 14v-6m5 6V6" />
        </svg>
        Overview
      </a>
      <a href="#more">
        <svg viewBox="0 0 20 20" aria-hidden="true">
          <path d="M4 6h12M4 10h12M4 14h7" />
        </svg>
        Accounts
      </a>
    </nav>
  );
}

/**
 * The frame around every page that shows the book: rail, feed bar, main, phone tabs. `isGuarded`:
 * whoever sees it has signed in.
 */
export function Shell(
  props: { data: OverviewData; isGuarded: boolean; children: ComponentChildren },
) {
  const { data, isGuarded } = props;
  const chosen = data.accounts.filter((item) => item.isChosen).map((item) => item.index);
  const { open, side } = data.preferences;
  return (
    <div class="app">
      <Rail data={data} isGuarded={isGuarded} />
      <FeedBar mode={data.mode} bar={data.feedBar} recomputeMs={data.recomputeMs} />
      <main class="main" id="main" tabindex={-1}>
        <Specimen mode={data.mode} />
        {props.children}
      </main>
      <BottomTabs />
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
