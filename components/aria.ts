/** The text of an ARIA state: its "false" has to be written, unlike a boolean attribute's. */
export function aria(isOn: boolean): "true" | "false" {
  return isOn ? "true" : "false";
}
