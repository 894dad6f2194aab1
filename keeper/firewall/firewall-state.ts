import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { replaceFile } from '../durable.ts'
import { codeOf } from '../errors.ts'
import { type Fits, isCount, isHex, isListOf, isObjectOf, isOneOf, isText, parseShape } from '../shape.ts'

/** Changes that may still be made; more wait for the older ones to expire. */
export const MOST_CHANGES = 5000

const isState = isObjectOf({
  v: isOneOf('1'),
  /** Of the newest order or list of openings; no two have the same. */
  number: isCount,
  changes: isListOf(isObjectOf({ id: isText(36), text: isHex(32), number: isCount, expires: isCount }), MOST_CHANGES),
})
export type FirewallState = Fits<typeof isState>

const NAME = 'firewall.state'
export const NO_CHANGES: FirewallState = { v: '1', number: 0, changes: [] }

/** `missing`: there never was one, or it was lost; `broken`: it says nothing that could be believed. */
export async function readFirewallState(folder: string): Promise<FirewallState | 'missing' | 'broken'> {
  const text = await readFile(join(folder, NAME), 'utf8').catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return null
    throw error
  })
  if (text === null) return 'missing'
  return parseShape(text, isState) ?? 'broken'
}

/** Durable when it resolves. */
export const writeFirewallState = (folder: string, state: FirewallState): Promise<void> =>
  replaceFile(folder, NAME, JSON.stringify(state))
