import type { TLSSocket } from 'node:tls'

/**
 * Keeps the certificate of the other side from ending our process. To be called right after `tls.connect`; from then on
 * `getPeerCertificate` of this socket is safe and tells `raw` (DER) and what `tls.checkServerIdentity` reads. Like libpq,
 * that takes a common name where there are no alternative names.
 *
 * Node 24 crashes in its own `getPeerCertificate` (SIGSEGV, not an exception) where the key is on a curve without a NIST
 * name, such as brainpoolP256r1, and calls it by itself where a chain is trusted. `getPeerX509Certificate` does not, but
 * takes the leaf out of the chain: asked again it would tell the issuer, so it is asked once.
 */
export function guardPeerCertificate(socket: TLSSocket): void {
  let known: object | null = null
  const answer = () => {
    known ??= read(socket)
    return known ?? {}
  }
  socket.getPeerCertificate = answer as TLSSocket['getPeerCertificate']
}

function read(socket: TLSSocket): object | null {
  const leaf = socket.getPeerX509Certificate()
  if (leaf === undefined) return null
  const CN = /(?:^|\n)CN=([^\n]*)/.exec(leaf.subject)?.[1]
  return {
    subject: CN === undefined ? {} : { CN },
    ...(leaf.subjectAltName === undefined ? {} : { subjectaltname: leaf.subjectAltName }),
    raw: leaf.raw,
  }
}
