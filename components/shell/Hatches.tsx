/** Patterns that marks and charts are hatched with; once per page, invisible. */
export function Hatches() {
  return (
    <svg class="vh" aria-hidden="true" width="0" height="0">
      <defs>
        <pattern
          id="hatch-short"
          width="4"
          height="4"
          patternUnits="userSpaceOnUse"
          patternTransform="rotate(45)"
        >
          <path class="hatch-short" d="M0 0V4" />
        </pattern>
        <pattern
          id="hatch-loss"
          width="5"
          height="5"
          patternUnits="userSpaceOnUse"
          patternTransform="rotate(45)"
        >
          <path class="hatch-loss" d="M0 0V5" />
        </pattern>
        <pattern
          id="hatch-gap"
          width="4"
          height="4"
          patternUnits="userSpaceOnUse"
          patternTransform="rotate(45)"
        >
          <path class="hatch-gap" d="M0 0V4" />
        </pattern>
      </defs>
    </svg>
  );
}
