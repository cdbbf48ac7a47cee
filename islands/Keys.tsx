import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { answer } from "@/components/live/commands.ts";
import { areKeysOn, KEYS, pressed, turnKeys } from "@/components/live/keys.ts";

/** The keyboard map and its list; single keys can be turned off. */
export default function Keys() {
  const dialog = useRef<HTMLDialogElement>(null);
  const isOn = useSignal(true);
  useEffect(() => {
    isOn.value = areKeysOn();
    document.addEventListener("keydown", pressed);
    const ends = [
      answer("help", () => dialog.current?.showModal()),
      answer("overviewPage", () => location.assign("/")),
      answer("reconcilePage", () => location.assign("/reconcile")),
      answer("connectPage", () => location.assign("/connect")),
    ];
    return () => {
      for (const end of ends) end();
      document.removeEventListener("keydown", pressed);
    };
  }, []);
  return (
    <dialog ref={dialog} aria-labelledby="keys-title" id="keys">
      <h2 id="keys-title">Keys</h2>
      <table class="tbl">
        <tbody>
          {KEYS.map((entry) => (
            <tr key={entry.key}>
              <td class="t key">
                <kbd>{entry.name}</kbd>
              </td>
              <td class="t">{entry.does}</td>
            </tr>
          ))}
          <tr>
            <td class="t key">
              <kbd>Esc</kbd>
            </td>
            <td class="t">Close</td>
          </tr>
        </tbody>
      </table>
      <form method="dialog" class="acts">
        <label class="switch">
          <input
            type="checkbox"
            checked={isOn.value}
            onChange={(event) => {
              isOn.value = event.currentTarget.checked;
              turnKeys(isOn.value);
            }}
          />
          <span>Single keys are on</span>
        </label>
        <button class="btn" type="submit">Close</button>
      </form>
    </dialog>
  );
}
