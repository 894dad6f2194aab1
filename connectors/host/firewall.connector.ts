import { defineConnector } from '../../kernel/collect/connector.ts'
import type { CommandResult, HostTransport } from '../../kernel/collect/transport.ts'
import { BergfriedError } from '../../kernel/errors.ts'
import { isFirewallPersistent } from './firewall-persistence.ts'
import { parseSaved, type SavedRules } from './iptables-save.ts'
import { hasBareMatches, withIptablesMatches } from './iptables-translate.ts'
import { ruleRows } from './nft-rule.ts'
import { type NftTable, parseRuleset, type Ruleset, rulesetDigest } from './nft-ruleset.ts'

/** 100,000 rules are 48 MB of JSON and take nft 18 s. */
const NFT = { seconds: 60, limit: 256 * 1024 * 1024 }

const EMPTY: Ruleset = { tables: [], chains: [], rules: [], sets: new Map(), objects: [] }

/**
 * The rule set that the kernel enforces now. Dormant tables enforce nothing and are left out. Rules of the legacy
 * iptables interface cannot be seen through nft; that there are some is reported.
 */
export const hostFirewallConnector = defineConnector({
  id: 'host.firewall',
  system: 'host',
  produces: ['firewall_state', 'nft_base_chain', 'nft_rule'],
  every: 'PT5M',
  needs: { de: 'root oder CAP_NET_ADMIN', en: 'root or CAP_NET_ADMIN' },
  async collect({ transport }, { emit }) {
    const listed = await transport.run('nft', ['-j', 'list', 'ruleset'], NFT)
    if (listed !== null) refuse(listed)
    const ruleset = listed === null ? EMPTY : parseRuleset(listed.stdout)
    const flags = await tableFlags(transport, ruleset)
    const isDormant = (table: NftTable): boolean => flags(table).includes('dormant')
    const inForce = new Set(
      ruleset.tables.filter((table) => !isDormant(table)).map((table) => `${table.family} ${table.name}`),
    )
    const isInForce = (family: string, table: string): boolean => inForce.has(`${family} ${table}`)
    const rules = ruleset.rules.filter((rule) => isInForce(rule.family, rule.table))
    const legacyTables = await legacyTableNames(transport)

    await emit('firewall_state', {
      nftInstalled: listed !== null,
      legacyTables,
      iptablesNftTables: listed === null ? await savedTables(transport) : iptablesTables(ruleset),
      persistent: inForce.size === 0 && legacyTables.length === 0 ? null : await isFirewallPersistent(transport),
      tables: inForce.size,
      rules: rules.length,
      rulesetDigest: listed === null ? null : rulesetDigest(ruleset, flags),
    })
    for (const chain of ruleset.chains) {
      if (chain.hook === null || !isInForce(chain.family, chain.table)) continue
      const { family, table, hook, priority, policy, name } = chain
      const count = rules.filter((rule) => rule.family === family && rule.table === table && rule.chain === name).length
      await emit('nft_base_chain', { family, tableName: table, chain: name, hook, priority, policy, rules: count })
    }
    for (const row of ruleRows(await withMatches(transport, ruleset), isInForce)) await emit('nft_rule', row)
  },
})

/** Asks iptables-save for the matches that nft shows only by name. Where it is missing or fails, they stay bare names. */
async function withMatches(transport: HostTransport, ruleset: Ruleset): Promise<Ruleset> {
  const saved = new Map<string, SavedRules>()
  for (const [family, command] of [
    ['ip', 'iptables-save'],
    ['ip6', 'ip6tables-save'],
  ] as const) {
    const printed = hasBareMatches(ruleset, family) ? await transport.run(command, [], NFT) : null
    const rules = printed?.exitCode === 0 ? parseSaved(printed.stdout) : null
    if (rules !== null) saved.set(family, rules)
  }
  return saved.size === 0 ? ruleset : withIptablesMatches(ruleset, saved)
}

function refuse({ exitCode, stderr }: CommandResult): void {
  if (exitCode === 0) return
  if (/Operation not permitted|must be root/.test(stderr))
    throw new BergfriedError('collect.denied', { what: 'nft list ruleset' })
  const reason = stderr.trim().split('\n')[0]?.slice(0, 200) || `nft ended with ${exitCode}`
  throw new BergfriedError('collect.unreadable', { what: 'nft list ruleset', reason })
}

const KNOWN_FLAGS = new Set(['dormant', 'owner', 'persist'])

/**
 * The flags of tables. nft before 1.1 prints foreign memory for them in JSON, so anything but a known word is asked
 * for again as text.
 */
async function tableFlags(transport: HostTransport, ruleset: Ruleset): Promise<(table: NftTable) => readonly string[]> {
  const flags = new Map<NftTable, readonly string[]>()
  for (const table of ruleset.tables) {
    if (table.flags.every((flag) => KNOWN_FLAGS.has(flag))) flags.set(table, table.flags)
    else flags.set(table, await flagsFromText(transport, table))
  }
  return (table) => flags.get(table) ?? []
}

async function flagsFromText(transport: HostTransport, { family, name }: NftTable): Promise<readonly string[]> {
  const listed = await transport.run('nft', ['-t', 'list', 'table', family, name], NFT)
  if (listed === null) return []
  refuse(listed)
  // Before the first chain or set, because those have flags of their own.
  const head = listed.stdout
    .split('\n')
    .slice(1, 4)
    .find((line) => /^\tflags /.test(line))
  return head === undefined
    ? []
    : head
        .trim()
        .slice(6)
        .split(/[,\s]+/)
}

/** Tables of the legacy interface that this network namespace has, as `ip:filter`. */
async function legacyTableNames(transport: HostTransport): Promise<string[]> {
  const found: string[] = []
  for (const [family, file] of [
    ['ip', '/proc/net/ip_tables_names'],
    ['ip6', '/proc/net/ip6_tables_names'],
  ] as const) {
    const names = ((await transport.readFile(file)) ?? '').split('\n').map((name) => name.trim())
    found.push(...names.filter((name) => /^\w{1,64}$/.test(name)).map((name) => `${family}:${name}`))
  }
  return [...new Set(found)].sort()
}

const IPTABLES_TABLES = new Set(['filter', 'nat', 'mangle', 'raw', 'security'])
const IPTABLES_CHAINS = new Set(['INPUT', 'FORWARD', 'OUTPUT', 'PREROUTING', 'POSTROUTING'])

/** Tables that iptables-nft made: they have its names. */
function iptablesTables({ chains }: Ruleset): string[] {
  const made = chains.filter(
    ({ family, table, name }) => /^ip6?$/.test(family) && IPTABLES_TABLES.has(table) && IPTABLES_CHAINS.has(name),
  )
  return [...new Set(made.map(({ family, table }) => `${family}:${table}`))].sort()
}

/** Without nft, iptables-save still shows the tables that iptables-nft made. */
async function savedTables(transport: HostTransport): Promise<string[]> {
  const saved = await transport.run('iptables-save', [])
  if (saved === null || saved.exitCode !== 0 || !saved.stdout.includes('(nf_tables)')) return []
  return [...new Set([...saved.stdout.matchAll(/^\*(\w{1,64})$/gm)].map((match) => `ip:${match[1]}`))].sort()
}
