import { aria } from "@/components/aria.ts";
import { Specimen } from "@/components/shell/Specimen.tsx";
import { modeFlag } from "@/lib/portfolio/overview/feed_bar.ts";
import type { PageMode } from "@/lib/stream/protocol/messages.ts";

/** What the sign-in is drawn from. */
export interface LoginPageProps {
  readonly mode: PageMode;
  readonly headline: string;
  /** Host and port that the browser asked for. */
  readonly host: string;
  /** Path to go on to. */
  readonly next: string;
  /** Why the last code was not taken, "" before one was sent. */
  readonly problem: string;
}

function Door(props: LoginPageProps) {
  const isWrong = props.problem !== "";
  return (
    <form class="door" method="post" action="/login">
      <h2>Sign in to this desk</h2>
      <p class="note">You are on this machine, at {props.host}. The link stays on it.</p>
      <input type="hidden" name="next" value={props.next} />
      <div class="field">
        <label for="code">Code</label>
        <input
          class="in"
          id="code"
          name="code"
          maxlength={32}
          autocomplete="one-time-code"
          autocapitalize="characters"
          autofocus
          aria-invalid={isWrong ? aria(true) : undefined}
          aria-describedby={isWrong ? "code-problem code-hint" : "code-hint"}
        />
        {isWrong && <span class="err" id="code-problem" role="alert">{props.problem}</span>}
        <span class="hint" id="code-hint">
          The code is in the terminal where the desk was started. Case, spaces and the dash do not
          count.
        </span>
      </div>
      <button class="btn primary" type="submit">Sign in</button>
      <p class="note">
        The code is new at each start of the desk. Start it again and it prints another.
      </p>
    </form>
  );
}

/** The sign-in: nothing of the book, only how the market stands and where the code is. */
export function LoginPage(props: LoginPageProps) {
  const flag = modeFlag(props.mode);
  return (
    <div class="gate-page">
      {flag !== null && (
        <header class="feed">
          <span class="demo-flag">
            {flag.name} <span class="hide-s">{flag.note}</span>
          </span>
        </header>
      )}
      <main class="gatehouse" id="main" tabindex={-1}>
        <Specimen mode={props.mode} />
        <div class="words">
          <p class="brand">Deltadesk</p>
          <h1>{props.headline}</h1>
          <p class="stand">
            Positions, orders and broker keys stay on this machine. Nothing is shown before you sign
            in.
          </p>
        </div>
        <Door {...props} />
      </main>
    </div>
  );
}
