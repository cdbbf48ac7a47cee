/**
 * How a task of this project is run with Node and npm alone, as the README says it; what stands in
 * a line that tells somebody what to do.
 */
export const TASK_COMMAND = "npx -y deno@2.9.6 task";
