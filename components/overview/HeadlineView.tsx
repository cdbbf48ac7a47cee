import { aria } from "@/components/aria.ts";
import { type Headline, type Phrase, phraseShape } from "@/lib/portfolio/overview/headline.ts";
import { FigureText } from "@/components/Figure.tsx";

/** Widest live number in a sentence that has a width class, in characters. */
const WIDTH_MAX = 15;

/**
 * A sentence with live numbers; each keeps the width of its digits. Other words, or a number of
 * another length, are another sentence: it is set anew, not pushed along.
 */
export function Sentence(props: { phrases: readonly Phrase[] }) {
  return (
    <span key={phraseShape(props.phrases)}>
      {props.phrases.map((phrase) =>
        phrase.kind === "text" ? phrase.text : (
          <span class="nb">
            <FigureText
              id={phrase.id}
              figure={phrase.figure}
              class={`mw-${Math.min(WIDTH_MAX, phrase.figure.text.length)}`}
            />
            {phrase.unit !== "" && `\u00a0${phrase.unit}`}
          </span>
        )
      )}
    </span>
  );
}

/** What the headline is drawn from. */
export interface HeadlineProps {
  readonly headline: Headline;
  readonly accounts: string;
  readonly baseCurrency: string;
  readonly isFolded: boolean;
  readonly onFold?: () => void;
}

/** The answer of the page: a sentence, its catch, and the button that folds it to one line. */
export function HeadlineView(props: HeadlineProps) {
  return (
    <div class={props.isFolded ? "lede folded" : "lede"}>
      <p class="kicker">
        <b>Overview</b>
        <span data-n="accounts">{props.accounts}, base {props.baseCurrency}</span>
        <button
          type="button"
          class="fold-btn"
          aria-expanded={aria(!props.isFolded)}
          aria-controls="standfirst"
          onClick={props.onFold}
        >
          Headline
        </button>
      </p>
      <div>
        <h1>
          <Sentence phrases={props.headline.sentence} />
        </h1>
        <p class="stand" id="standfirst">
          <Sentence phrases={props.headline.standfirst} />
        </p>
      </div>
    </div>
  );
}
