import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const FOLDER = join(import.meta.dirname, '../../../../shared/data/wycheproof')

export const wycheproofAvailable = existsSync(FOLDER)

export interface Group {
  readonly keySize: number
  readonly ivSize?: number
  readonly tagSize?: number
  readonly tests: readonly Case[]
}

/** Hex throughout; which fields there are depends on the file. */
export interface Case {
  readonly tcId: number
  readonly comment: string
  readonly result: 'valid' | 'invalid' | 'acceptable'
  readonly size?: number
  readonly [field: string]: unknown
}

export function groupsOf(name: string): readonly Group[] {
  return JSON.parse(readFileSync(join(FOLDER, `${name}_test.json`), 'utf8')).testGroups
}

/** A field of a case as bytes. */
export function bytesOf(test: Case, field: string): Buffer {
  const hex = test[field]
  if (typeof hex !== 'string') throw new Error(`case ${test.tcId} has no ${field}`)
  return Buffer.from(hex, 'hex')
}
