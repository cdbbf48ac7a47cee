/** What the interface answers, with 404, to an address that it does not have. */
export const NO_SUCH_ADDRESS = {
  error: "no such address",
  fix: "docs/api.md lists the addresses of this desk",
} as const;
