import type { Fact } from '../../facts/kinds.ts'
import { defineConnector } from '../../kernel/collect/connector.ts'
import type { HostTransport } from '../../kernel/collect/transport.ts'
import { BergfriedError } from '../../kernel/errors.ts'

/** Where servers of databases and applications write. */
const FOLDERS = ['/var/log/postgresql', '/var/log/mysql', '/var/log/pgbouncer', '/var/lib/postgresql/log']
const LOG = /\.(log|csv|json)(\.1)?$/
const MOST = 50
const MOST_BYTES = 64 * 1024 * 1024

/**
 * Looks for made-up secrets in the logs of databases: one that was written into an encrypted column and stands in a log shows that
 * clear text goes past the encryption (log_statement, slow statements, errors with their parameters). Compressed logs are not opened.
 */
export const hostLogCanaries = defineConnector({
  id: 'host.log-canaries',
  system: 'host',
  produces: ['log_canary'],
  every: 'PT1H',
  needs: {
    de: 'Lesen der Protokolle der Datenbank (Gruppe adm)',
    en: 'reading the logs of the database (group adm)',
  },
  async collect({ transport, canaries = [] }, context) {
    if (canaries.length === 0) return
    for (const folder of FOLDERS) {
      const names = ((await transport.list(folder)) ?? []).filter((name) => LOG.test(name))
      for (const name of names.slice(-MOST)) {
        context.signal.throwIfAborted()
        const path = `${folder}/${name}`
        const state = await stateOf(transport, path, canaries)
        if (state !== null) await context.emit('log_canary', { path, state })
      }
    }
  },
})

async function stateOf(
  transport: HostTransport,
  path: string,
  canaries: readonly string[],
): Promise<Fact<'log_canary'>['state'] | null> {
  try {
    const text = await transport.readFile(path, MOST_BYTES)
    if (text === null) return null
    return canaries.some((canary) => text.includes(canary)) ? 'found' : 'clean'
  } catch (error) {
    if (error instanceof BergfriedError && error.code === 'collect.too_large') return 'too_large'
    if (error instanceof BergfriedError && error.code === 'collect.denied') return 'unreadable'
    throw error
  }
}
