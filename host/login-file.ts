import { closeSync, constants, openSync, renameSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { isObjectOf, isText, parseShape, type Shape } from './shape.ts'

/** Who a connection says it is. Written before the answer is given, so nobody gets in without having been written down. */
export interface Login {
  readonly keyId: string
  /** Decimal digits. */
  readonly serial: string
  readonly account: string
}

/** A process, for good. */
export interface ProcessId {
  readonly pid: number
  /** See `ProcessStat`. */
  readonly start: string
}

export const MOST_LOGIN_BYTES = 1024

const matching =
  (pattern: RegExp): Shape<string> =>
  (value): value is string =>
    isText(255)(value) && pattern.test(value)

export const isKeyId = matching(/^[!-~]{1,255}$/)
export const isAccountName = matching(/^[A-Za-z_][A-Za-z0-9_.-]{0,31}\$?$/)
export const isSerial = matching(/^(0|[1-9][0-9]{0,19})$/)

const isLogin: Shape<Login> = isObjectOf({ keyId: isKeyId, serial: isSerial, account: isAccountName })

export const loginFileName = ({ pid, start }: ProcessId): string => `${pid}-${start}.json`

/** Null where a name is not that of such a file. */
export function parseLoginFileName(name: string): ProcessId | null {
  const [, pid = '', start = ''] = /^([1-9][0-9]{0,9})-([0-9]{1,20})\.json$/.exec(name) ?? []
  return pid === '' ? null : { pid: Number(pid), start }
}

export const parseLogin = (text: string): Login | null => parseShape(text, isLogin)

/**
 * Replaces what is written down of a connection. The last one counts: sshd asks again for whichever certificate it then lets
 * in, see `principals.ts`.
 */
export function writeLogin(folder: string, id: ProcessId, login: Login): void {
  const name = loginFileName(id)
  const fresh = join(folder, `.${name}.${process.pid}`)
  const file = openSync(fresh, constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_NOFOLLOW, 0o640)
  try {
    writeSync(file, JSON.stringify({ keyId: login.keyId, serial: login.serial, account: login.account }))
  } finally {
    closeSync(file)
  }
  renameSync(fresh, join(folder, name))
}
