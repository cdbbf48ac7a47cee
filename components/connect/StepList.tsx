import { emphasized, type FixView, type StepView } from "@/lib/portfolio/connect/view.ts";

/** A text with what stands on a screen in bold. */
export function Said(props: { text: string }) {
  return (
    <>
      {emphasized(props.text).map((part, index) =>
        part.isBold ? <b key={index}>{part.text}</b> : part.text
      )}
    </>
  );
}

function Fix(props: { fix: FixView; isTesting: boolean; onTest?: () => void }) {
  const { fix, onTest } = props;
  return (
    <div class="fix">
      <div class="fixin">
        <p>{fix.cause}</p>
        <ol>
          {fix.remedy.map((item) => (
            <li key={item}>
              <Said text={item} />
            </li>
          ))}
        </ol>
        <div class="again">
          <button
            type="button"
            class="btn primary"
            disabled={onTest === undefined || props.isTesting}
            onClick={onTest}
          >
            Test this step
          </button>
          <span class="note">{fix.note}</span>
        </div>
      </div>
    </div>
  );
}

/** The steps of a connection: a check, a red square or a number; the failing one opens its fix. */
export function StepList(
  props: {
    steps: readonly StepView[];
    isTesting: boolean;
    onTest?: (step: string) => void;
  },
) {
  const { steps, isTesting, onTest } = props;
  return (
    <ol class="steps">
      {steps.map((step) => (
        <li key={step.id} class={step.tone} data-step={step.id}>
          <span class="m" role="img" aria-label={step.spoken}>{step.mark}</span>
          <span>{step.tone === "bad" ? <b>{step.title}</b> : step.title}</span>
          <small>{step.detail}</small>
          {step.fix !== null && (
            <Fix
              fix={step.fix}
              isTesting={isTesting}
              onTest={onTest === undefined ? undefined : () => onTest(step.id)}
            />
          )}
        </li>
      ))}
    </ol>
  );
}
