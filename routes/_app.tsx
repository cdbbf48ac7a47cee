import { asset } from "fresh/runtime";
import { define } from "@/define.ts";
import { readPreferences } from "@/lib/portfolio/overview/preferences.ts";

const STYLES = [
  "tokens",
  "base",
  "shell",
  "page",
  "login",
  "connect",
  "table",
  "controls",
  "charts",
  "reconcile",
  "narrow",
] as const;
const FONTS = [
  "newsreader-latin-opsz-normal",
  "source-sans-3-latin-wght-normal",
  "source-sans-3-greek-wght-normal",
] as const;

/** The document around every page. The theme is in a cookie, so that the first paint has it. */
export default define.page(({ Component, req, url, state }) => {
  const { theme } = readPreferences(url.searchParams, req.headers.get("cookie"));
  const mode = state.desk?.mode ?? "live";
  const fine = asset(mode === "live" || mode === "mixed" ? "/icon.svg" : "/icon-demo.svg");
  return (
    <html lang="en" data-theme={theme === "auto" ? undefined : theme}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover" />
        <title>Deltadesk</title>
        {/* Under the header's no-referrer a form would be sent with `Origin: null`. */}
        {(state.gate ?? null) !== null && <meta name="referrer" content="same-origin" />}
        <meta name="color-scheme" content="light dark" />
        <meta name="theme-color" content="#f6f3ec" media="(prefers-color-scheme: light)" />
        <meta name="theme-color" content="#171411" media="(prefers-color-scheme: dark)" />
        <link
          rel="icon"
          type="image/svg+xml"
          href={fine}
          data-fine={fine}
          data-broken={asset("/icon-broken.svg")}
        />
        {FONTS.map((font) => (
          <link
            key={font}
            rel="preload"
            as="font"
            type="font/woff2"
            crossorigin="anonymous"
            href={`/fonts/${font}.woff2`}
          />
        ))}
        {STYLES.map((name) => (
          <link key={name} rel="stylesheet" href={asset(`/css/${name}.css`)} />
        ))}
        <script src={asset("/first_paint.js")} />
      </head>
      <body>
        <Component />
      </body>
    </html>
  );
});
