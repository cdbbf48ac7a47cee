/** "delayed" of a tile; its place is set beforehand, so that a live figure can show and hide it. */
export function DelayedBadge(props: { isShown: boolean }) {
  return <span class="badge late" hidden={!props.isShown}>delayed</span>;
}
