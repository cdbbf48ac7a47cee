/** Pages that the navigation knows. */
export type PageName = "overview" | "reconcile" | "connect";

function current(isIt: boolean): "page" | undefined {
  return isIt ? "page" : undefined;
}

/** The pages in the rail. `failing`: connections that fail, counted beside their page. */
export function Nav(props: { page: PageName; failing: number }) {
  const { page, failing } = props;
  return (
    <ul class="nav">
      <li>
        <a href="/" aria-current={current(page === "overview")}>
          Overview<kbd>1</kbd>
        </a>
      </li>
      <li>
        <a href="/reconcile" aria-current={current(page === "reconcile")}>
          Reconcile<kbd>8</kbd>
        </a>
      </li>
      <li>
        <a href="/connect" aria-current={current(page === "connect")}>
          Connect{failing > 0
            ? (
              <span class="count">
                {failing}
                <span class="vh">failing</span>
              </span>
            )
            : <kbd>9</kbd>}
        </a>
      </li>
    </ul>
  );
}

/** The pages as tabs of a phone; `hasSheet`: accounts and vitals are a sheet of this page. */
export function BottomTabs(props: { page: PageName; failing: number; hasSheet: boolean }) {
  const { page, failing, hasSheet } = props;
  return (
    <nav class="tabs-bottom" aria-label="Pages">
      <a
        href={page === "overview" ? "#main" : "/"}
        aria-current={current(page === "overview")}
      >
        <svg viewBox="0 0 20 20" aria-hidden="true">
          <path d="M3 17V9m5 8V3m5 14v-6m5 6V6" />
        </svg>
        Overview
      </a>
      <a
        href={page === "reconcile" ? "#main" : "/reconcile"}
        aria-current={current(page === "reconcile")}
      >
        <svg viewBox="0 0 20 20" aria-hidden="true">
          <path d="M3 6h14M3 14h14M7 3L4 6l3 3m6 2l3 3-3 3" />
        </svg>
        Reconcile
      </a>
      {hasSheet && (
        <a href="#more">
          <svg viewBox="0 0 20 20" aria-hidden="true">
            <path d="M4 6h12M4 10h12M4 14h7" />
          </svg>
          Accounts
        </a>
      )}
      <a
        href={page === "connect" ? "#main" : "/connect"}
        aria-current={current(page === "connect")}
      >
        <svg viewBox="0 0 20 20" aria-hidden="true">
          <path d="M7 3v4m6-4v4M4 7h12v3a6 6 0 0 1-12 0zm6 9v2" />
        </svg>
        Connect
        {failing > 0 && (
          <i class="dot">
            <span class="vh">{failing} failing</span>
          </i>
        )}
      </a>
    </nav>
  );
}
