import { BergfriedError } from '../../kernel/errors.ts'

/** One line of passwd(5). `password` may be a hash and must not leave the connector. */
export interface PasswdEntry {
  readonly account: string
  readonly password: string
  readonly uid: number
  readonly gid: number
  readonly home: string
  readonly shell: string
}

/** One line of group(5). */
export interface GroupEntry {
  readonly groupName: string
  readonly gid: number
  readonly members: readonly string[]
}

/** One line of shadow(5). `password` is a hash and must not leave the connector. Days count from 1970-01-01. */
export interface ShadowEntry {
  readonly account: string
  readonly password: string
  readonly changedDay: number | null
  readonly maxDays: number | null
  readonly expiresDay: number | null
}

/** Range of ordinary accounts in login.defs(5). */
export interface LoginRange {
  readonly uidMin: number
  readonly uidMax: number
}

/** The user and group "nobody", which an entry of NIS without numbers is given here. */
export const NOBODY = 65_534

/**
 * Reads passwd(5). Every line gives an entry, also a repeated one. Lines of NIS ("+", "+ada", "-ada") are kept under
 * that name; where they carry no number they get {@link NOBODY}.
 *
 * @throws {BergfriedError} `collect.parse` for any other malformed line
 */
export function parsePasswd(text: string, file = '/etc/passwd'): PasswdEntry[] {
  return lines(text, file).map(({ fields, fault }) => {
    const [account = '', password = '', uid = '', gid = '', , home = '', shell = ''] = fields
    const nis = isNis(account)
    checkName(account, fault)
    if (!nis && fields.length !== 7) throw fault(`7 fields expected, ${fields.length} found`)
    if (home.length > 512 || shell.length > 512) throw fault('a path is longer than 512 characters')
    return { account, password, uid: number(uid, 'uid', nis, fault), gid: number(gid, 'gid', nis, fault), home, shell }
  })
}

/**
 * Reads group(5); same rules as {@link parsePasswd}.
 *
 * @throws {BergfriedError} `collect.parse` for a malformed line
 */
export function parseGroup(text: string, file = '/etc/group'): GroupEntry[] {
  return lines(text, file).map(({ fields, fault }) => {
    const [groupName = '', , gid = '', members = ''] = fields
    const nis = isNis(groupName)
    checkName(groupName, fault)
    if (!nis && fields.length !== 4) throw fault(`4 fields expected, ${fields.length} found`)
    const listed = members.split(',').filter((member) => member !== '')
    return { groupName, gid: number(gid, 'gid', nis, fault), members: listed }
  })
}

/**
 * Reads shadow(5).
 *
 * @throws {BergfriedError} `collect.parse` for a malformed line; the message never repeats the line
 */
export function parseShadow(text: string, file = '/etc/shadow'): ShadowEntry[] {
  return lines(text, file).map(({ fields, fault }) => {
    const [account = '', password = '', changed = '', , maximum = '', , , expires = ''] = fields
    checkName(account, fault)
    if (!isNis(account) && fields.length !== 9) throw fault(`9 fields expected, ${fields.length} found`)
    const day = (field: string, what: string): number | null => {
      // Negative numbers mean the same as an empty field: chage(1) writes -1 to remove a limit.
      if (field === '' || /^-\d{1,10}$/.test(field)) return null
      if (!/^\d{1,10}$/.test(field)) throw fault(`${what} is not a number of days`)
      return Number(field)
    }
    return {
      account,
      password,
      changedDay: day(changed, 'the date of the last change'),
      maxDays: day(maximum, 'the maximum password age'),
      expiresDay: day(expires, 'the expiry date'),
    }
  })
}

/** Reads UID_MIN and UID_MAX of login.defs(5); what is not there or not a number keeps the default of shadow-utils. */
export function parseLoginRange(text: string): LoginRange {
  const range = { uidMin: 1000, uidMax: 60_000 }
  for (const line of text.split('\n')) {
    const [key, value = ''] = line.trim().split(/[ \t]+/, 2)
    if (key !== 'UID_MIN' && key !== 'UID_MAX') continue
    const parsed = strtol(value)
    if (parsed !== null) range[key === 'UID_MIN' ? 'uidMin' : 'uidMax'] = parsed
  }
  return range
}

interface Line {
  readonly fields: readonly string[]
  readonly fault: (reason: string) => BergfriedError
}

/** Blank lines and lines that begin with "#" are skipped, as the C library does. */
function lines(text: string, file: string): Line[] {
  const found: Line[] = []
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '' || line.trimStart().startsWith('#')) continue
    const fault = (reason: string) => new BergfriedError('collect.parse', { what: file, line: index + 1, reason })
    if (line.includes('\0')) throw fault('NUL character')
    // Two more than any of the formats has, so that a line of colons costs nothing.
    const fields = line.split(':', 12)
    found.push({ fields, fault })
  }
  return found
}

function checkName(name: string, fault: (reason: string) => BergfriedError): void {
  if (name === '') throw fault('the entry has no name')
  if (name.length > 512) throw fault('the name is longer than 512 characters')
}

const isNis = (name: string): boolean => name.startsWith('+') || name.startsWith('-')

function number(field: string, what: string, nis: boolean, fault: (reason: string) => BergfriedError): number {
  if (nis && field === '') return NOBODY
  const value = /^\d{1,10}$/.test(field) ? Number(field) : Number.NaN
  if (!(value <= 4_294_967_295)) throw fault(`${what} is not a number`)
  return value
}

/** strtol(3) with base 0: decimal, octal with a leading 0, hexadecimal with 0x. */
function strtol(value: string): number | null {
  if (/^0x[0-9a-f]{1,8}$/i.test(value)) return Number.parseInt(value.slice(2), 16)
  if (/^0[0-7]{1,11}$/.test(value)) return Number.parseInt(value, 8)
  return /^\d{1,10}$/.test(value) ? Number(value) : null
}
