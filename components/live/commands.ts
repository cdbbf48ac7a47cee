/** Acts that a key or a button may ask for; the part of the page that does it answers. */
export const COMMANDS = [
  "pause",
  "theme",
  "foldToday",
  "shorterPeriod",
  "longerPeriod",
  "find",
  "help",
  "sortColumn",
  "nextRow",
  "previousRow",
  "openRow",
  "closeRow",
  "readSummary",
  "overviewPage",
  "reconcilePage",
  "connectPage",
] as const;

/** Name of an act. */
export type Command = typeof COMMANDS[number];

const answers = new Map<Command, () => void>();

/** Answers a command until the returned function is called. */
export function answer(command: Command, act: () => void): () => void {
  answers.set(command, act);
  return () => {
    if (answers.get(command) === act) answers.delete(command);
  };
}

/** Asks for a command; true when something answered. */
export function ask(command: Command): boolean {
  const act = answers.get(command);
  act?.();
  return act !== undefined;
}
