import { malformed, tooLarge } from './errors.ts'

/** An option before a key: a name alone, or a name with a value in quotes. */
export interface KeyOption {
  readonly name: string
  readonly value: string | null
}

const MOST_OPTIONS = 1024

/**
 * Reads the options at the beginning of a line, up to the first blank outside quotes (sshd, AUTHORIZED_KEYS FILE FORMAT). In a
 * value, `\"` stands for a quote; every other backslash for itself.
 *
 * @throws {SshError} `malformed`, `too_large`
 */
export function readOptions(line: string): { options: readonly KeyOption[]; rest: string } {
  const options: KeyOption[] = []
  let at = 0
  for (;;) {
    const name = /[A-Za-z0-9@._-]+/y
    name.lastIndex = at
    const found = name.exec(line)?.[0]
    if (found === undefined) throw malformed(`options, character ${at}: no name`)
    if (options.length === MOST_OPTIONS) throw tooLarge(`options: more than ${MOST_OPTIONS}`)
    at += found.length
    if (line[at] === '=') {
      const { value, end } = readQuoted(line, at + 1)
      options.push({ name: found, value })
      at = end
    } else options.push({ name: found, value: null })
    if (line[at] === ',') at++
    else if (line[at] === ' ' || line[at] === '\t') return { options, rest: line.slice(at) }
    else throw malformed(`options, character ${at}: neither a comma nor a blank`)
  }
}

/**
 * Options as one word before a key.
 *
 * @throws {SshError} `malformed`: a value that cannot be written
 */
export function formatOptions(options: readonly KeyOption[]): string {
  return options
    .map(({ name, value }) => (value === null ? checkName(name) : `${checkName(name)}="${quoted(value)}"`))
    .join(',')
}

function readQuoted(line: string, from: number): { value: string; end: number } {
  if (line[from] !== '"') throw malformed(`options, character ${from}: no quote before the value`)
  let value = ''
  for (let at = from + 1; at < line.length; at++) {
    const char = line[at] ?? ''
    if (char === '"') return { value, end: at + 1 }
    if (char === '\\' && line[at + 1] === '"') at++
    value += line[at]
  }
  throw malformed(`options, character ${from}: a quote that does not end`)
}

function checkName(name: string): string {
  if (!/^[A-Za-z0-9@._-]+$/.test(name)) throw malformed('options: a name that cannot be written')
  return name
}

/** A backslash at the end would take the quote that ends the value with it. */
function quoted(value: string): string {
  if (/[\p{Cc}]/u.test(value) || value.endsWith('\\')) throw malformed('options: a value that cannot be written')
  return value.replaceAll('"', '\\"')
}
