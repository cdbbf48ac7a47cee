import { Head } from "fresh/runtime";
import { define } from "@/define.ts";
import { Plain } from "@/components/shell/Plain.tsx";

/** No page here. */
export default define.page(({ url }) => (
  <>
    <Head>
      <title>No such page · Deltadesk</title>
    </Head>
    <Plain title="There is no page at this address.">
      <p class="stand">
        {url.pathname.slice(0, 80)} is not part of this desk. The <a href="/">Overview</a> is.
      </p>
    </Plain>
  </>
));
