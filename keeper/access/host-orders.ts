import { createHash } from 'node:crypto'
import { signAllowList } from '../../engines/sshcert/allow-list.ts'
import { utf8 } from '../../engines/sshcert/bytes.ts'
import { fingerprint } from '../../engines/sshcert/fingerprint.ts'
import { ed25519Key } from '../../engines/sshcert/public-key.ts'
import { writeRevocationList } from '../../engines/sshcert/write-krl.ts'
import type { AccessDesk } from './access-desk.ts'
import { keyIdOf, principalOf, signerOf } from './certify.ts'
import { LIST_SECONDS } from './rules.ts'

/**
 * What a host goes by: who may sign in there now, and whose certificates count no more. Made of the grants that were verified here and of
 * nothing else, so nobody who has the server can let anybody in.
 */
export async function hostOrders(desk: AccessDesk, host: string) {
  const version = await desk.version()
  const at = desk.now()
  const authority = ed25519Key(desk.authority.publicKey)
  const entries = desk.live
    .filter(({ kind, system }) => kind === 'host' && system === host)
    .map((grant) => ({
      account: grant.account,
      keyId: keyIdOf(grant.id),
      until: BigInt(grant.until),
      principals: [principalOf(grant)],
    }))
  const list = {
    host,
    authority: fingerprint(authority),
    version: BigInt(version),
    issued: BigInt(at),
    maxAge: BigInt(LIST_SECONDS),
    entries,
  }
  const krl = writeRevocationList(
    {
      version: BigInt(version),
      generated: BigInt(at),
      certificates: [{ authority, keyIds: desk.ended.filter((g) => g.kind === 'host').map((g) => keyIdOf(g.id)) }],
    },
    null,
  )
  return {
    version,
    allowList: await signAllowList(list, signerOf(desk.orders)),
    krl: Buffer.from(krl).toString('base64'),
    krlSignature: Buffer.from(desk.orders.sign(utf8(krlText(krl, version)))).toString('base64'),
    issued: at,
  }
}

/** What is signed of a revocation list, which has no signature of its own that sshd would look at. */
export const krlText = (krl: Uint8Array, version: number): string =>
  `bergfried-krl 1\n${createHash('sha256').update(krl).digest('hex')}\n${version}\n`
