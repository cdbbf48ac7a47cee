import { HttpError } from "fresh";
import { Head } from "fresh/runtime";
import { define } from "@/define.ts";
import { Plain } from "@/components/shell/Plain.tsx";

/** What the reader can do about a status. */
function words(error: unknown): { title: string; text: string } {
  if (!(error instanceof HttpError)) {
    return {
      title: "This page could not be drawn.",
      text: "The desk itself goes on. Its log names the cause; loading the page again may help.",
    };
  }
  if (error.status === 503) {
    return { title: error.message, text: "It shows the book as soon as accounts are loaded." };
  }
  return { title: error.message || "The request was refused.", text: `Status ${error.status}.` };
}

/** A page that failed: what happened and what to do, never a stack. */
export default define.page(({ error }) => {
  const { title, text } = words(error);
  return (
    <>
      <Head>
        <title>{`${title} · Deltadesk`}</title>
        {error instanceof HttpError && error.status === 503 && (
          <meta http-equiv="refresh" content="2" />
        )}
      </Head>
      <Plain title={title}>
        <p class="stand">
          {text} <a href="/">Load the Overview</a>
        </p>
      </Plain>
    </>
  );
});
