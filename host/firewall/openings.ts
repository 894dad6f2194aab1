import type { PublicKey } from '../../engines/sshcert/public-key.ts'
import { problem } from '../errors.ts'
import { mustRun, runProgram } from '../run-program.ts'
import { openSigned } from './change-order.ts'
import type { Listing } from './nft.ts'

/** An address that a grant lets in. */
export interface Opening {
  readonly grant: string
  readonly entitlement: string
  readonly address: string
  /** Unix time */
  readonly until: number
}

export interface Openings {
  readonly number: number
  /** Unix time until which the list counts; afterwards nobody is let in by it. */
  readonly good: number
  readonly open: readonly Opening[]
}

const HEAD =
  /^bergfried-firewall-openings 1\nhost ([A-Za-z0-9][A-Za-z0-9_.-]{0,99})\nnumber ([1-9][0-9]{0,15})\nissued ([1-9][0-9]{0,11})\nmax-age ([1-9][0-9]{0,5})\n/
const LINE = /^open ([0-9a-f-]{36}) ([A-Za-z0-9][A-Za-z0-9_.-]{0,99}) ([0-9a-f.:]{2,45}) ([1-9][0-9]{0,11})$/

/** @throws {HostError} `malformed`, `refused`; {SshError} `unverified` */
export function openOpenings(text: string, key: PublicKey, host: string): Openings {
  const body = openSigned(text, key)
  const [head = '', forHost, number, issued, age] = HEAD.exec(body) ?? []
  const lines = body.slice(head.length).split('\n').slice(0, -1)
  const open = lines.map((line) => {
    const [, grant = '', entitlement = '', address = '', until] = LINE.exec(line) ?? []
    return { grant, entitlement, address, until: Number(until) }
  })
  if (head === '' || open.some(({ grant }) => grant === '')) {
    throw problem('malformed', 'openings', 'not of the format', 'nicht im vereinbarten Format')
  }
  if (forHost !== host) throw problem('refused', 'openings', 'for another host', 'für einen anderen Rechner')
  return { number: Number(number), good: Number(issued) + Number(age), open }
}

/** The set whose elements an entitlement opens: `bf_` and its name, in whichever table has it. */
export const setOf = (entitlement: string): string => `bf_${entitlement.replaceAll(/[^A-Za-z0-9_]/g, '_')}`

interface TimedSet {
  readonly family: string
  readonly table: string
  readonly name: string
  readonly type: string
  readonly addresses: readonly string[]
}

/**
 * Has the sets `bf_…` hold exactly what is open now, each element with the time that is left of it, or of the list where that is less: the
 * kernel lets nobody in any more when this program and the server are gone. All in one transaction.
 *
 * @param at Unix time
 * @returns what is open
 * @throws {HostError} `failed`
 */
export async function installOpenings(live: Listing, list: Openings | null, at: number): Promise<readonly Opening[]> {
  const wanted = (list?.open ?? []).filter(({ until }) => until > at && (list?.good ?? 0) > at)
  const commands: string[] = []
  const made: Opening[] = []
  for (const set of ourSets(live)) {
    const mine = wanted.filter((one) => setOf(one.entitlement) === set.name && fits(one.address, set.type))
    const where = `${set.family} ${set.table} ${set.name}`
    if (set.addresses.length > 0) commands.push(`flush set ${where}`)
    for (const one of longest(mine)) {
      const seconds = Math.min(one.until, list?.good ?? 0) - at
      commands.push(`add element ${where} { ${one.address} timeout ${seconds}s }`)
    }
    made.push(...mine)
  }
  if (commands.length > 0) await mustRun('nft', ['-f', '-'], { input: `${commands.join('\n')}\n` })
  return made
}

/** Whether an address is in a set of an entitlement now, by asking the kernel for that element. */
export async function isOpen(live: Listing, { entitlement, address }: Opening): Promise<boolean> {
  for (const { family, table, name, type } of ourSets(live)) {
    if (name !== setOf(entitlement) || !fits(address, type)) continue
    const { status } = await runProgram('nft', ['get', 'element', family, table, name, `{ ${address} }`])
    if (status === 0) return true
  }
  return false
}

const fits = (address: string, type: string): boolean =>
  address.includes(':') ? type === 'ipv6_addr' : type === 'ipv4_addr'

/** Two grants for one address: the one that lasts longer. */
function longest(open: readonly Opening[]): readonly Opening[] {
  const best = new Map<string, Opening>()
  for (const one of open) if ((best.get(one.address)?.until ?? 0) < one.until) best.set(one.address, one)
  return [...best.values()]
}

function ourSets({ json }: Listing): readonly TimedSet[] {
  const objects = (json as { readonly nftables: readonly { readonly set?: Readonly<Record<string, unknown>> }[] })
    .nftables
  return objects.flatMap(({ set }) => {
    if (set === undefined || !String(set['name']).startsWith('bf_')) return []
    if (![set['flags'] ?? []].flat().includes('timeout')) return []
    const elements = Array.isArray(set['elem']) ? (set['elem'] as readonly unknown[]) : []
    return [
      {
        ...{ family: String(set['family']), table: String(set['table']), name: String(set['name']) },
        ...{ type: String(set['type']), addresses: elements.map((one) => JSON.stringify(one)) },
      },
    ]
  })
}
