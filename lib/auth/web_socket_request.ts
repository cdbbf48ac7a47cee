function hasToken(headers: Headers, name: string, token: string): boolean {
  return (headers.get(name) ?? "").split(",").some((part) => part.trim().toLowerCase() === token);
}

/** True when a request asks for a WebSocket of RFC 6455, complete enough to be upgraded. */
export function isWebSocketRequest(request: Request): boolean {
  const { headers, method } = request;
  const key = headers.get("sec-websocket-key") ?? "";
  return method === "GET" && hasToken(headers, "upgrade", "websocket") &&
    hasToken(headers, "connection", "upgrade") && /^[A-Za-z0-9+/]{22}==$/.test(key) &&
    headers.get("sec-websocket-version") === "13";
}
