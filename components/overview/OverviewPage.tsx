import type { OverviewData } from "@/lib/portfolio/overview/data.ts";
import { downNote, NO_LINK } from "@/lib/portfolio/overview/feed_bar.ts";
import { pageLine } from "@/lib/portfolio/overview/page_line.ts";
import { pageAddress } from "@/lib/portfolio/overview/preferences.ts";
import { plural } from "@/lib/format/words.ts";
import Allocation from "@/islands/Allocation.tsx";
import Balance from "@/islands/Balance.tsx";
import Exposure from "@/islands/Exposure.tsx";
import Headline from "@/islands/Headline.tsx";
import NeedsYou from "@/islands/NeedsYou.tsx";
import Playback from "@/islands/Playback.tsx";
import StatStrip from "@/islands/StatStrip.tsx";
import Today from "@/islands/Today.tsx";
import { VIEW_FORM } from "@/components/overview/TableView.tsx";

/** Slugs of the chosen accounts, null when all are. */
export function chosenSlugs(data: Pick<OverviewData, "accounts">): string[] | null {
  const chosen = data.accounts.filter((account) => account.isChosen);
  return chosen.length === data.accounts.length ? null : chosen.map((account) => account.slug);
}

/** The form through which every button of the page works without a script. */
function ViewForm(props: { data: OverviewData }) {
  const { data } = props;
  const slugs = chosenSlugs(data);
  return (
    <form id={VIEW_FORM} method="get" action="/" hidden>
      {slugs !== null && <input type="hidden" name="accounts" value={slugs.join(",")} />}
      {data.preferences.open.length > 0 && (
        <input type="hidden" name="open" value={data.preferences.open.join(",")} />
      )}
    </form>
  );
}

function TodaySection(props: { data: OverviewData }) {
  const { data } = props;
  const { metric, range, folded } = data.preferences;
  const { picture, note, summary } = pageLine(data);
  return (
    <Today
      metric={metric}
      range={range}
      picture={picture}
      note={note}
      summary={summary}
      isFolded={folded.includes("today")}
      history={data.today}
      baseCurrency={data.baseCurrency}
    />
  );
}

function Unknown(props: { names: readonly string[] }) {
  if (props.names.length === 0) return null;
  return (
    <div class="notice caution" role="alert">
      <b>No account is called {props.names.join(", ")}.</b>
      <p>
        <a href={pageAddress({ accounts: null, open: [], side: "all" })}>Show all accounts</a>
      </p>
    </div>
  );
}

/** The Overview: the answer, the strip, today and exposure; what needs the reader in the margin. */
export function OverviewPage(props: { data: OverviewData }) {
  const { data } = props;
  const { preferences } = data;
  const chosen = data.accounts.filter((account) => account.isChosen).length;
  return (
    <>
      <ViewForm data={data} />
      <Unknown names={data.unknownAccounts} />
      {data.playback !== null && <Playback view={data.playback} />}
      <Headline
        headline={data.headline}
        accounts={plural(chosen, "account")}
        baseCurrency={data.baseCurrency}
        isFolded={preferences.folded.includes("headline")}
      />
      <StatStrip cells={data.stats} />
      <div class="cols urgent">
        <div>
          <TodaySection data={data} />
          <Exposure
            mode={data.mode}
            columns={preferences.columns}
            sort={preferences.sort}
            measure={preferences.measure}
            side={preferences.side}
            sides={data.sides}
            lines={data.lines}
            total={data.total}
            now={data.now}
            down={downNote(data.feeds, NO_LINK)}
            open={preferences.open}
          />
        </div>
        <div>
          <NeedsYou needs={data.needs} lasting={data.lasting} />
          <Balance
            lines={data.balance}
            baseCurrency={data.baseCurrency}
            rates={data.rates}
            now={data.now}
          />
          <Allocation ring={data.ring} measure={preferences.ring} />
        </div>
      </div>
    </>
  );
}
