import type { BrokerView, ConnectView as View } from "@/lib/portfolio/connect/view.ts";
import { ConnectMargin } from "@/components/connect/ConnectMargin.tsx";
import { StepList } from "@/components/connect/StepList.tsx";

/** What the connection page is drawn from; without `onTest` it only reads. */
export interface ConnectViewProps {
  readonly view: View;
  readonly isDemo: boolean;
  /** What became of the last wish, "" when there is nothing to say. */
  readonly message: string;
  readonly onTest?: (broker: string | null, step: string | null) => void;
}

function Lede(props: ConnectViewProps) {
  const { view, message, onTest } = props;
  const hasBroker = view.brokers.length > 0;
  return (
    <div class="lede">
      <p class="kicker">
        <b>Connect</b>
        {view.kicker.map((item) => <span key={item}>{item}</span>)}
      </p>
      <div>
        <h1>{view.headline}</h1>
        <p class="stand">
          {view.stand} {view.isLoaded && hasBroker && <a href="/">Open the Overview</a>}
        </p>
      </div>
      {hasBroker && (
        <div class="test-all">
          <button
            type="button"
            class="btn primary"
            disabled={onTest === undefined || view.isTesting}
            onClick={() => onTest?.(null, null)}
          >
            Test again
          </button>
          <p class="note" role="status">{message}</p>
        </div>
      )}
    </div>
  );
}

function Broker(
  props: { broker: BrokerView; isAlone: boolean; onTest: ConnectViewProps["onTest"] },
) {
  const { broker, isAlone, onTest } = props;
  const { badge, isTesting } = broker;
  return (
    <section class="sec" aria-label={broker.label}>
      <header>
        <h2>{broker.label}</h2>
        <span class="note">{broker.note}</span>
        <div class="tools">
          <span class={badge.tone === "plain" ? "badge" : `badge ${badge.tone}`}>{badge.text}</span>
          {!isAlone && (
            <button
              type="button"
              class="btn small keep"
              disabled={onTest === undefined || isTesting}
              aria-label={`Test ${broker.label}`}
              onClick={() => onTest?.(broker.id, null)}
            >
              Test
            </button>
          )}
        </div>
      </header>
      <StepList
        steps={broker.steps}
        isTesting={isTesting}
        onTest={onTest && ((step) => onTest(broker.id, step))}
      />
    </section>
  );
}

function NoBroker() {
  return (
    <section class="sec">
      <header>
        <h2>Brokers</h2>
        <span class="note">none</span>
      </header>
      <div class="empty">
        <b>No broker is connected.</b>
        <p class="note">This desk was started without one.</p>
        <p>
          <a class="btn" href="/">Open the Overview</a>
        </p>
      </div>
    </section>
  );
}

/** The connection page: the failing step is the answer, the steps of each broker the evidence. */
export function ConnectView(props: ConnectViewProps) {
  const { view, isDemo, onTest } = props;
  return (
    <>
      <Lede {...props} />
      <div class="cols">
        <div>
          {view.brokers.length === 0 && <NoBroker />}
          {view.brokers.map((broker) => (
            <Broker
              key={broker.id}
              broker={broker}
              isAlone={view.brokers.length === 1}
              onTest={onTest}
            />
          ))}
        </div>
        <ConnectMargin brokers={view.brokers} isDemo={isDemo} />
      </div>
    </>
  );
}
