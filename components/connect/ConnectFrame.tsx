import type { ComponentChildren } from "preact";
import type { Theme as ThemeName } from "@/lib/portfolio/overview/preferences.ts";
import { modeFlag } from "@/lib/portfolio/overview/feed_bar.ts";
import type { ConnectView } from "@/lib/portfolio/connect/view.ts";
import type { PageMode } from "@/lib/stream/protocol/messages.ts";
import Keys from "@/islands/Keys.tsx";
import Theme from "@/islands/Theme.tsx";
import { BottomTabs, Nav } from "@/components/shell/Nav.tsx";
import { SignOut } from "@/components/shell/SignOut.tsx";
import { Specimen } from "@/components/shell/Specimen.tsx";

/** What the frame is drawn from. */
export interface ConnectFrameProps {
  readonly mode: PageMode;
  readonly theme: ThemeName;
  readonly isGuarded: boolean;
  readonly failing: number;
  /** What the bar says of the brokers. */
  readonly bar: ConnectView["bar"];
  readonly children: ComponentChildren;
}

/** The frame of a page that needs no book: rail, a bar in words, main, phone tabs. */
export function ConnectFrame(props: ConnectFrameProps) {
  const { mode, failing } = props;
  const flag = modeFlag(mode);
  return (
    <div class="app">
      <nav class="rail" aria-label="Main" id="more">
        <a class="brand" href="/">Deltadesk</a>
        <Nav page="connect" failing={failing} />
        <div class="rail-end">
          <Theme theme={props.theme} />
          {props.isGuarded && <SignOut />}
        </div>
      </nav>
      <div class="feed" role="group" aria-label="Feeds">
        {flag !== null && (
          <span class="demo-flag" data-mode={mode}>
            {flag.name} <span class="hide-s">{flag.note}</span>
          </span>
        )}
        <span id="connect-bar">
          <i class={`pip ${props.bar.pip}`} />
          <span>{props.bar.text}</span>
        </span>
      </div>
      <main class="main" id="main" tabindex={-1}>
        <Specimen mode={mode} />
        {props.children}
      </main>
      <BottomTabs page="connect" failing={failing} hasSheet={false} />
      <Keys />
    </div>
  );
}
