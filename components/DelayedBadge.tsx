/** "delayed", shown while the tile around it says `data-delayed`: its place is set beforehand. */
export function DelayedBadge() {
  return <span class="badge late">delayed</span>;
}
