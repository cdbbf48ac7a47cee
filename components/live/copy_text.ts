import { say } from "@/components/live/say.ts";

/** Copies by a hidden field, for pages that are not served securely and have no clipboard. */
function copyByField(text: string): boolean {
  const field = document.createElement("textarea");
  field.className = "vh";
  field.value = text;
  document.body.append(field);
  field.select();
  const isDone = document.execCommand("copy");
  field.remove();
  return isDone;
}

/** Puts text on the clipboard and says so; a phone on the LAN has only the older way. */
export async function copyText(text: string): Promise<void> {
  if (!isSecureContext) return say(copyByField(text) ? "Copied." : "Copying was refused.");
  try {
    await navigator.clipboard.writeText(text);
    say("Copied.");
  } catch (error) {
    const isDone = error instanceof DOMException && copyByField(text);
    say(isDone ? "Copied." : "Copying was refused.");
  }
}
