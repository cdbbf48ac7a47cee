import { TASK_COMMAND } from "@/lib/base/task_command.ts";
import type { BrokerView } from "@/lib/portfolio/connect/view.ts";
import { Said } from "@/components/connect/StepList.tsx";

const CONNECT = [
  "At my.tastytrade.com open **Manage**, **My Profile**, **API**, **OAuth Applications**, make a " +
  "client and then a grant.",
  "Write **DELTADESK_TASTYTRADE_CLIENT_SECRET=…** and **DELTADESK_TASTYTRADE_REFRESH_TOKEN=…** " +
  "as two lines into the file **.env** of the desk.",
  `Start it with **${TASK_COMMAND} start --brokers tastytrade**.`,
];

function Steps(props: { items: readonly string[] }) {
  return (
    <ol class="how">
      {props.items.map((item) => (
        <li key={item}>
          <Said text={item} />
        </li>
      ))}
    </ol>
  );
}

function InUse(props: { broker: BrokerView }) {
  const { broker } = props;
  return (
    <section class="sec">
      <header>
        <h2>{broker.label} settings</h2>
        <span class="note">read at the start</span>
      </header>
      <dl class="in-use">
        {broker.settings.map(({ name, value, origin }) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value === "set" ? "set, not shown" : value}</dd>
            <dd class="note">{origin.replace(`, ${name}`, "")}</dd>
          </div>
        ))}
      </dl>
      <h3>To change them</h3>
      <Steps items={broker.howToChange} />
    </section>
  );
}

function HowToConnect() {
  return (
    <section class="sec">
      <header>
        <h2>Connect a broker</h2>
        <span class="note">tastytrade</span>
      </header>
      <Steps items={CONNECT} />
    </section>
  );
}

function TryDemo() {
  return (
    <section class="sec">
      <header>
        <h2>Try without a broker</h2>
      </header>
      <div class="empty">
        <b>The demo market needs no account.</b>
        <p class="note">Invented prices and accounts. Nothing in it can reach a broker.</p>
        <p>
          <code>{TASK_COMMAND} start --demo</code>
        </p>
      </div>
    </section>
  );
}

/** Beside the steps: what is in use, how it is changed, and the way without a broker. */
export function ConnectMargin(props: { brokers: readonly BrokerView[]; isDemo: boolean }) {
  const { brokers, isDemo } = props;
  return (
    <div>
      {brokers.length === 0 && <HowToConnect />}
      {brokers.map((broker) => <InUse key={broker.id} broker={broker} />)}
      {!isDemo && <TryDemo />}
    </div>
  );
}
