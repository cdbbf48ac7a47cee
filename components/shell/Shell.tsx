import type { ComponentChildren } from "preact";
import type { ShellData } from "@/lib/portfolio/overview/shell_data.ts";
import Accounts from "@/islands/Accounts.tsx";
import Desk from "@/islands/Desk.tsx";
import FeedBar from "@/islands/FeedBar.tsx";
import Keys from "@/islands/Keys.tsx";
import Theme from "@/islands/Theme.tsx";
import Vitals from "@/islands/Vitals.tsx";
import { chosenSlugs } from "@/components/overview/OverviewPage.tsx";
import { BottomTabs, Nav, type PageName } from "@/components/shell/Nav.tsx";
import { SignOut } from "@/components/shell/SignOut.tsx";
import { Specimen } from "@/components/shell/Specimen.tsx";

/** Pages that the frame is drawn around, as their titles name them. */
const TITLES = { overview: "Overview", reconcile: "Reconcile", connect: "Connect" } as const;

/** What the frame is drawn from. */
interface FrameProps {
  readonly data: ShellData;
  readonly page: PageName;
  /** Whoever sees it has signed in. */
  readonly isGuarded: boolean;
  /** Connections that fail. */
  readonly failing: number;
}

function Rail(props: FrameProps) {
  const { data, page, isGuarded, failing } = props;
  return (
    <nav class="rail" aria-label="Main" id="more">
      <a class="brand" href="/">Deltadesk</a>
      <Nav page={page} failing={failing} />
      <Accounts
        accounts={data.accounts}
        brokers={data.brokers}
        open={data.preferences.open}
      />
      <Vitals vitals={data.vitals} />
      <div class="rail-end">
        <Theme theme={data.preferences.theme} />
        {isGuarded && <SignOut />}
      </div>
    </nav>
  );
}

/** The frame around every page that shows the book: rail, feed bar, main, phone tabs. */
export function Shell(props: FrameProps & { readonly children: ComponentChildren }) {
  const { data, page, isGuarded, failing } = props;
  const chosen = data.accounts.filter((item) => item.isChosen).map((item) => item.index);
  const { open, side } = data.preferences;
  return (
    <div class="app">
      <Rail data={data} page={page} isGuarded={isGuarded} failing={failing} />
      <FeedBar
        mode={data.mode}
        bar={data.feedBar}
        recomputeMs={data.recomputeMs}
        page={TITLES[page]}
      />
      <main class="main" id="main" tabindex={-1}>
        <Specimen mode={data.mode} />
        {props.children}
      </main>
      <BottomTabs page={page} failing={failing} hasSheet />
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
