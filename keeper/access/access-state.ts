import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { replaceFile } from '../durable.ts'
import { codeOf } from '../errors.ts'
import {
  type Fits,
  isBoolean,
  isCount,
  isHex,
  isListOf,
  isObjectOf,
  isOneOf,
  isText,
  orNull,
  parseShape,
} from '../shape.ts'
import { isApprover } from './approver.ts'

const MOST_APPROVERS = 1000
/** The file stays below what the process may write at once. */
export const MOST_GRANTS = 15_000

/** A grant whose approvals were verified here. It is kept until nothing of it can be used any more, and its request neither. */
const isGrant = isObjectOf({
  id: isText(36),
  /** SHA-256 of the request's text. */
  request: isHex(32),
  receiver: isText(200),
  system: isText(100),
  kind: isText(20),
  entitlement: isText(100),
  level: isText(40),
  account: isText(32),
  key: orNull(isText(60)),
  source: isListOf(isText(60), 100),
  extensions: isListOf(isText(40), 10),
  from: isCount,
  until: isCount,
  /** When it was ended early; from then on nothing brings it back. */
  ended: orNull(isCount),
  /** Until when its request could have been used. */
  expires: isCount,
})
export type KeptGrant = Fits<typeof isGrant>

const isState = isObjectOf({
  v: isOneOf('1'),
  /** True once somebody was enrolled: from then on nobody is without the signature of somebody who was. */
  begun: isBoolean,
  approvers: isListOf(isApprover, MOST_APPROVERS),
  /** No serial number from here on was given out. */
  nextSerial: isCount,
  /** Of the newest allow-list or revocation list. */
  version: isCount,
  grants: isListOf(isGrant, MOST_GRANTS),
})
export type AccessState = Fits<typeof isState>

const NAME = 'access.state'

export const EMPTY: AccessState = { v: '1', begun: false, approvers: [], nextSerial: 1, version: 0, grants: [] }

/** `missing`: there never was one, or it was lost; `broken`: it says nothing that could be believed. */
export async function readAccessState(folder: string): Promise<AccessState | 'missing' | 'broken'> {
  const text = await readFile(join(folder, NAME), 'utf8').catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return null
    throw error
  })
  if (text === null) return 'missing'
  return parseShape(text, isState) ?? 'broken'
}

/** Durable when it resolves. */
export const writeAccessState = (folder: string, state: AccessState): Promise<void> =>
  replaceFile(folder, NAME, JSON.stringify(state))
