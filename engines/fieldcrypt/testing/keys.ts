import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto'
import type { Column } from '../associated-data.ts'
import { type KeyState, newSecret, OpenKey } from '../data-key.ts'
import type { KeyPurpose, KeyScope } from '../key-scope.ts'

export const COLUMN: Column = { tenant: 'acme', table: 'api_keys', column: 'secret' }

/** A key that was never wrapped. */
export function openKey(
  id = 1,
  {
    purpose = 'data',
    scope = COLUMN,
    state = 'active',
  }: { purpose?: KeyPurpose; scope?: KeyScope; state?: KeyState } = {},
): OpenKey {
  const { secret, checkValue } = newSecret(purpose, scope, id)
  return OpenKey.open({ id, purpose, scope, state, checkValue }, secret)
}

/** A key with the bytes `n`, `n`, … that everybody knows. */
export function knownKey(id: number, n: number, purpose: KeyPurpose = 'data', scope: KeyScope = COLUMN): OpenKey {
  return OpenKey.adopt(id, purpose, scope, createSecretKey(Buffer.alloc(32, n)), 'active')
}

export const secretKey = (bytes: Uint8Array = randomBytes(32)): KeyObject => createSecretKey(bytes)

/** The code of the typed error that this throws; another error is thrown on; null where nothing is thrown. */
export function codeOf(work: () => unknown): string | null {
  try {
    work()
  } catch (error) {
    return reason(error)
  }
  return null
}

/** As `codeOf`, for promises. */
export async function codeOfAsync(work: () => Promise<unknown>): Promise<string | null> {
  try {
    await work()
  } catch (error) {
    return reason(error)
  }
  return null
}

function reason(error: unknown): string {
  if (error instanceof Error && error.name === 'FieldcryptError' && 'code' in error) return String(error.code)
  throw error
}
