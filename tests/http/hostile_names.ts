/** Names that a browser would run if they were anything but text. */
export const HOSTILE = {
  script: "<script>alert('n1')</script>",
  closing: "</script><img src=x onerror=alert(1)>",
  attribute: '"><svg onload=alert(2)>',
  comment: "--><iframe srcdoc=x>",
  template: "${alert(3)}{{alert(3)}}",
  separator: "a\u2028alert(4)\u2029",
} as const;

/**
 * Markup in a page that no component of the desk writes: elements, handlers and addresses with
 * which hostile names begin, outside of quotes as a browser would read them.
 */
export function hostileMarkup(html: string): readonly string[] {
  const found: string[] = [];
  const own = /^<(script|style)\b[^>]*nonce="[^"]+"/;
  for (const [tag] of html.matchAll(/<(?:"[^"]*"|'[^']*'|[^'">])*>/g)) {
    const isRunnable = /^<(script|style)\b/i.test(tag) && !own.test(tag);
    const isForeign = /^<(img|iframe|object|embed|base|form action="http)/i.test(tag);
    const hasHandler = /\s(on[a-z]+|srcdoc)\s*=/i.test(tag.replaceAll(/"[^"]*"/g, '""'));
    const hasAddress = /(href|src|action)="\s*(javascript|data|vbscript):/i.test(tag);
    if (isRunnable || isForeign || hasHandler || hasAddress) found.push(tag.slice(0, 200));
  }
  // A closing tag in the data of a script element ends it, wherever it stands.
  const opened = html.match(/<script\b/gi)?.length ?? 0;
  const closed = html.match(/<\/script\b/gi)?.length ?? 0;
  if (opened !== closed) found.push(`${opened} scripts opened, ${closed} closed`);
  return found;
}
