import { newYorkTime } from "@/lib/calendar/new_york.ts";
import { formatMinute } from "@/lib/format/time.ts";

/** Address of the sign-in that leads back to the page as it stands. */
function signInAddress(): string {
  return `/login?next=${encodeURIComponent(location.pathname + location.search)}`;
}

/** Over a page whose session has ended, in the browser only: since when, and the way back. */
export function SignedOut(props: { since: number }) {
  const asOf = Number.isFinite(props.since)
    ? ` You see the book as of ${formatMinute(newYorkTime(props.since))} New York.`
    : "";
  return (
    <div class="signed-out" role="alert">
      <p>
        <b>Signed out.</b> {asOf}
      </p>
      <a class="btn" href={signInAddress()}>Sign in again</a>
    </div>
  );
}
