import { fail, ok, type Result } from "../base/result.ts";
import type { Http, HttpFailure, HttpReply } from "../ports/http.ts";

/** Largest body that is read, bytes; the widest option chains are several million. */
const BODY_BYTES_MAX = 64 * 1024 * 1024;

async function readText(response: Response): Promise<Result<string, HttpFailure>> {
  if (response.body === null) return ok("");
  const decoder = new TextDecoder();
  const parts: string[] = [];
  let byteCount = 0;
  for await (const bytes of response.body) {
    byteCount += bytes.byteLength;
    // Leaving the loop cancels the stream and with it the connection.
    if (byteCount > BODY_BYTES_MAX) return fail("tooLarge");
    parts.push(decoder.decode(bytes, { stream: true }));
  }
  parts.push(decoder.decode());
  return ok(parts.join(""));
}

/** True where the connection ended over the other side's certificate. */
function isCertificateFault(error: unknown): boolean {
  return error instanceof Error && error.cause instanceof Error &&
    /certificate/i.test(error.cause.message);
}

/**
 * The machine's HTTP client. No redirect is followed, so that a credential never travels to a host
 * that nobody named; bodies end at 64 MiB. Source: reliability.md MAL-5.
 */
export const realHttp: Http = {
  async send({ method, url, headers, body }, signal): Promise<Result<HttpReply, HttpFailure>> {
    try {
      const response = await fetch(url, { method, headers, body, signal, redirect: "manual" });
      const text = await readText(response);
      if (!text.ok) return text;
      return ok({
        status: response.status,
        header: (name) => response.headers.get(name),
        text: text.value,
      });
    } catch (error) {
      if (signal.aborted) return fail("canceled");
      if (isCertificateFault(error)) return fail("untrusted");
      // Network faults, and a host that the permissions do not name; the text may hold the address.
      const isKnown = error instanceof TypeError || error instanceof DOMException ||
        (error instanceof Error &&
          /^(NotCapable|PermissionDenied|Http|Connection|BadResource)/.test(error.name));
      if (isKnown) return fail("unreachable");
      throw error;
    }
  },
};
