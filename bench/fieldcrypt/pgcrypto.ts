import { existsSync } from 'node:fs'
import pg from 'pg'
import { OLDER, startTestCluster, type TestCluster } from '../../connectors/postgres/testing/cluster.ts'

const CONTRIB = '/usr/share/postgresql/15/extension/pgcrypto.control'

/** `raw`: AES-256-CBC, which notices no change. `pgp`: what its manual recommends. */
export type PgcryptoWay = 'raw' | 'pgp'

/** What the server's own extension does per second with values of a size. @returns null where the extension is not installed */
export async function pgcryptoRate(
  way: PgcryptoWay,
  kind: 'encrypt' | 'decrypt',
  size: number,
): Promise<number | null> {
  if (!existsSync(CONTRIB)) return null
  const cluster: TestCluster = await startTestCluster(OLDER)
  const client = new pg.Client({ connectionString: cluster.connectionString, ssl: false })
  try {
    await client.connect()
    await client.query('create extension pgcrypto')
    const n = way === 'raw' ? 200_000 : 10_000
    const value = `decode(repeat('ab', ${Math.floor(size)}), 'hex')`
    const [name, rest] =
      way === 'raw'
        ? [kind, `decode(repeat('07', 32), 'hex'), 'aes-cbc'`]
        : [`pgp_sym_${kind}_bytea`, `'a long passphrase of a service', 'cipher-algo=aes256, compress-algo=0'`]
    const sealed = way === 'raw' ? `encrypt(${value}, ${rest})` : `pgp_sym_encrypt_bytea(${value}, ${rest})`
    const args = way === 'pgp' && kind === 'decrypt' ? `'a long passphrase of a service'` : rest
    await client.query(
      `create temp table v as select ${kind === 'encrypt' ? value : sealed} as v from generate_series(1, 1)`,
    )
    const began = performance.now()
    await client.query(
      `select sum(length(${name}(v.v || substring(n::text::bytea from 1 for 0), ${args}))) from v, generate_series(1, ${n}) n`,
    )
    return (n / (performance.now() - began)) * 1000
  } finally {
    await client.end()
    await cluster.stop()
  }
}
