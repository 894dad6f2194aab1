import { type CollectContext, defineConnector } from '../../kernel/collect/connector.ts'
import type { HostTransport } from '../../kernel/collect/transport.ts'
import { type Accounts, groupNamesOf, isLocal, readAccounts } from './accounts-read.ts'
import { askSshd, sshdRuns, sshdVersion } from './sshd-ask.ts'
import { criteriaText, readSshdConfig, type SshdBlock } from './sshd-config.ts'
import { connectionFor, type MatchAccounts } from './sshd-match.ts'
import { differing, publicValues, type SshdValues } from './sshd-output.ts'

const CONFIG = '/etc/ssh/sshd_config'

/**
 * Reads the settings that sshd really uses: its own answer for everybody, and for every Match block its answer to a
 * connection that fits the block.
 *
 * Only what a block changes is reported for it. Where no such connection can be named (`Match Group` without a member,
 * conditions of a newer sshd) the block is reported as it is written. Source: sshd(8) -T, sshd_config(5).
 */
export const hostSshdConnector = defineConnector({
  id: 'host.sshd',
  system: 'host',
  produces: ['sshd_state', 'sshd_setting'],
  every: 'PT5M',
  needs: {
    de: '`sshd -T` ausführen; dafür die Konfiguration und die Hostschlüssel lesen (root)',
    en: 'Run `sshd -T`, and for it read the configuration and the host keys (root)',
  },

  async collect({ transport }, context) {
    const version = await sshdVersion(transport)
    await context.emit('sshd_state', {
      installed: version !== undefined,
      running: await sshdRuns(transport),
      version: version ?? null,
    })
    if (version === undefined) return
    try {
      await settings(transport, context)
    } catch (error) {
      context.fail('sshd_setting', error)
    }
  },
})

type Context = CollectContext<'sshd_state' | 'sshd_setting'>

async function settings(transport: HostTransport, context: Context): Promise<void> {
  const [, ...blocks] = (await readSshdConfig(transport)) ?? []
  const port = blocks.some((block) => block.criteria.some((one) => one.name === 'localport'))
    ? { lport: unused(blocks) }
    : {}
  const everybody = await askSshd(transport, port)
  await emitAll(context, '', everybody)
  if (blocks.length === 0) return

  const known = matchAccounts(await readAccounts(transport), transport.path(CONFIG) !== CONFIG)
  const seen = new Set<string>()
  for (const block of blocks) {
    context.signal.throwIfAborted()
    const matching = criteriaText(block.criteria)
    const connection = connectionFor(block.criteria, known)
    if (connection === null) await emitAll(context, matching, differing(asWritten(block), everybody))
    else if (!seen.has(matching)) {
      await emitAll(context, matching, differing(await askSshd(transport, { ...port, ...connection }), everybody))
    }
    seen.add(matching)
  }
}

async function emitAll(context: Context, matching: string, values: SshdValues): Promise<void> {
  for (const [keyword, list] of values) {
    for (const value of list) {
      await context.emit('sshd_setting', { matching: matching.slice(0, 512), keyword: keyword.slice(0, 512), value })
    }
  }
}

/** In a block the first value of a keyword counts, except for those that add up. */
function asWritten(block: SshdBlock): SshdValues {
  const values = new Map<string, readonly string[]>()
  for (const { keyword, words } of block.settings) {
    const written = publicValues(keyword, words.join(' '))
    if (!values.has(keyword)) values.set(keyword, written)
    else if (ADDING.has(keyword)) values.set(keyword, [...(values.get(keyword) ?? []), ...written])
  }
  return values
}

const ADDING = new Set(['acceptenv', 'allowusers', 'allowgroups', 'denyusers', 'denygroups', 'setenv', 'subsystem'])

/** A port that no block speaks of: sshd refuses to answer without one as soon as a block asks for the local port. */
function unused(blocks: readonly SshdBlock[]): string {
  const taken = new Set(blocks.flatMap((block) => block.criteria).map((one) => one.pattern))
  let port = 1
  while (taken.has(String(port))) port++
  return String(port)
}

/** @param elsewhere - the files are not those of the machine on which sshd runs, so it would ask for other groups */
function matchAccounts(accounts: Accounts, elsewhere: boolean): MatchAccounts {
  return {
    accounts: accounts.users.filter(isLocal).map((user) => user.account),
    groupsOf: (account) => (elsewhere ? null : groupNamesOf(accounts, account)),
  }
}
