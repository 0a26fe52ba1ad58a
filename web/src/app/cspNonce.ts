/** The nonce under which the server lets style elements in (its Content-Security-Policy). */
export function cspNonce(): string {
  return document.querySelector<HTMLMetaElement>("meta[name='csp-nonce']")?.content ?? "";
}
