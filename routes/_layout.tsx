import { define } from "@/define.ts";
import { Hatches } from "@/components/shell/Hatches.tsx";

/** What every page begins with: the way past the rail, and the patterns of marks. */
export default define.layout(({ Component }) => (
  <>
    <a class="skip" href="#main">Skip to the answer</a>
    <Hatches />
    <Component />
  </>
));
