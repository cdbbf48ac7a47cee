/** An answer as it came over the wire; header names in lower case, in order, repeats kept. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
}

/** A request that is written as it stands; what is left out is not sent. */
export interface RawRequest {
  readonly method?: string;
  /** Request target, as it is: nothing is encoded or resolved. */
  readonly target?: string;
  /** Header lines in order, `host` among them; the line that ends the connection is added. */
  readonly headers?: readonly (readonly [name: string, value: string])[];
  readonly body?: string;
}

const ANSWER_LIMIT_MS = 10_000;
const latin1 = new TextDecoder("latin1");
const utf8 = new TextEncoder();

/** Value of a header, or null; of a repeated one the first. */
export function header(answer: RawAnswer, name: string): string | null {
  return answer.headers.find(([known]) => known === name)?.[1] ?? null;
}

/** Text of a request; `connection: close`, so that the end of the answer can be seen. */
export function requestText(request: RawRequest): string {
  const { method = "GET", target = "/", headers = [], body } = request;
  const lines = [`${method} ${target} HTTP/1.1`];
  for (const [name, value] of headers) lines.push(`${name}: ${value}`);
  if (!headers.some(([name]) => name.toLowerCase() === "connection")) {
    lines.push("connection: close");
  }
  if (body !== undefined) lines.push(`content-length: ${utf8.encode(body).length}`);
  return `${lines.join("\r\n")}\r\n\r\n${body ?? ""}`;
}

/** Reads one answer from bytes that end with the connection. */
export function parseAnswer(bytes: Uint8Array): RawAnswer {
  const text = latin1.decode(bytes);
  const end = text.indexOf("\r\n\r\n");
  if (end === -1) throw new Error(`no HTTP answer: ${JSON.stringify(text.slice(0, 200))}`);
  const [first, ...lines] = text.slice(0, end).split("\r\n");
  const status = /^HTTP\/1\.[01] (\d{3}) /.exec(`${first} `)?.[1];
  if (status === undefined) throw new Error(`no HTTP status: ${first}`);
  const headers = lines.map((line) => {
    const colon = line.indexOf(":");
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const;
  });
  return { status: Number(status), headers, body: new TextDecoder().decode(bytes.slice(end + 4)) };
}

/** True for what a connection throws that the other side has ended. */
export function isGone(error: unknown): boolean {
  return error instanceof Deno.errors.ConnectionReset || error instanceof Deno.errors.BrokenPipe ||
    error instanceof Deno.errors.ConnectionAborted;
}

/** Writes all bytes; false when the other side is gone. */
export async function writeAll(connection: Deno.TcpConn, bytes: Uint8Array): Promise<boolean> {
  try {
    for (let at = 0; at < bytes.length;) at += await connection.write(bytes.subarray(at));
    return true;
  } catch (error) {
    if (isGone(error)) return false;
    throw error;
  }
}

/** Reads what comes next, null at the end; fails when nothing comes for 10 s. */
export async function readSome(connection: Deno.TcpConn): Promise<Uint8Array | null> {
  const chunk = new Uint8Array(64 * 1024);
  let isLate = false;
  const late = setTimeout(() => {
    isLate = true;
    connection.close();
  }, ANSWER_LIMIT_MS);
  try {
    const count = await connection.read(chunk);
    return count === null ? null : chunk.subarray(0, count);
  } catch (error) {
    if (isLate) throw new Error(`nothing came for ${ANSWER_LIMIT_MS} ms`);
    if (isGone(error)) return null;
    throw error;
  } finally {
    clearTimeout(late);
  }
}

/** Sends raw text to a port of the loopback interface and reads until the other side ends. */
export async function sendText(port: number, text: string): Promise<RawAnswer> {
  using connection = await Deno.connect({ hostname: "127.0.0.1", port });
  const chunks: Uint8Array[] = [];
  await writeAll(connection, utf8.encode(text));
  for (let chunk = await readSome(connection); chunk !== null;) {
    chunks.push(chunk);
    chunk = await readSome(connection);
  }
  return parseAnswer(joined(chunks));
}

/** Sends a raw request to a port of the loopback interface. */
export function send(port: number, request: RawRequest): Promise<RawAnswer> {
  return sendText(port, requestText(request));
}

/** Chunks as one array. */
export function joined(chunks: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}
