import { nftDigest } from '../../engines/packetspace/canonical-nft.ts'
import type { NftListing } from '../../engines/packetspace/same-meaning.ts'
import { problem } from '../errors.ts'
import { mustRun, runProgram } from '../run-program.ts'

/** A rule set as a kernel lists it. */
export interface Listing extends NftListing {
  readonly text: string
  readonly json: unknown
  /** Of its canonical form, see `engines/packetspace/canonical-nft.ts`. */
  readonly digest: string
}

/** Programs are run in front of nft, such as `nsenter`. */
export type Within = readonly string[]

/** Loading 100,000 rules takes four seconds. */
const NFT_MS = 60_000
export const MOST_RULES_CHARACTERS = 8_388_608

/** What is in force now. @throws {HostError} `failed` */
export async function listRules(within: Within = []): Promise<Listing> {
  for (let tries = 0; tries < 5; tries++) {
    const text = await nft(within, ['list', 'ruleset'])
    const json = await listJson(within)
    // Nft is asked twice, and somebody may change the rules in between.
    if (haveTheSame(text, json)) return { text, json, digest: nftDigest(json, text) }
  }
  throw problem('failed', 'nft', 'the rules change all the time', 'die Regeln ändern sich ständig')
}

/** The same in JSON alone. */
export const listJson = async (within: Within = []): Promise<unknown> =>
  JSON.parse(await nft(within, ['-j', 'list', 'ruleset']))

/** Replaces everything by a text, or, where the kernel refuses any of it, nothing. @throws {HostError} `refused`, `failed` */
export async function loadRules(rules: string, within: Within = []): Promise<void> {
  const [program = 'nft', ...args] = [...within, 'nft', '-f', '-']
  const { status, stderr } = await runProgram(program, args, { input: replacing(rules), timeoutMs: NFT_MS })
  if (status === 0) return
  const said = stderr
    .replaceAll(/[^ -~]+/g, ' ')
    .trim()
    .slice(0, 500)
  throw problem('refused', 'nft', said, said)
}

/** A text that replaces everything that is in force, in one transaction of the kernel. */
export const replacing = (rules: string): string => `flush ruleset\n${rules}\n`

/** Whether a text is more than itself: what other files say is not what was approved. */
export const reachesOut = (rules: string): boolean =>
  /\b(include|monitor)\b/.test(rules.replaceAll(/"[^"\n]*"/g, '""').replaceAll(/#.*$/gm, ''))

async function nft(within: Within, args: readonly string[]): Promise<string> {
  const [program = 'nft', ...rest] = [...within, 'nft', ...args]
  return mustRun(program, rest, { timeoutMs: NFT_MS })
}

function haveTheSame(text: string, json: unknown): boolean {
  const objects = (json as { readonly nftables: readonly object[] }).nftables
  const count = (kind: string): number => objects.filter((one) => kind in one).length
  const lines = (of: RegExp): number => text.match(of)?.length ?? 0
  return lines(/^table /gm) === count('table') && lines(/^\tchain /gm) === count('chain')
}
