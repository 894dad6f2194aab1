import { malformed, refused, tooLarge } from './errors.ts'
import { beginsWithKey } from './key-types.ts'
import { formatOptions, type KeyOption, readOptions } from './option-list.ts'
import { formatPublicKey, type PublicKey, parsePublicKey } from './public-key.ts'
import { formatTimespec, parseTimespec, type Timespec } from './timespec.ts'

/** A line of a file of allowed signers (ssh-keygen, ALLOWED SIGNERS). */
export interface AllowedSigner {
  /** Patterns with commas, of which the signer's name must fit one. */
  readonly principals: string
  readonly certAuthority: boolean
  /** Patterns with commas; null where any namespace will do. */
  readonly namespaces: string | null
  /** From then on. */
  readonly validAfter: Timespec | null
  /** Up to then, itself included. */
  readonly validBefore: Timespec | null
  readonly key: PublicKey
  readonly comment: string
}

const MOST_LINES = 100_000

/**
 * Every line of a file of allowed signers. One that cannot be read stops the reading, as in ssh-keygen.
 *
 * @throws {SshError} `malformed`, `refused`, `unsupported`, `too_large`, with the line's number
 */
export function parseAllowedSigners(file: string): readonly AllowedSigner[] {
  const lines = file.split('\n', MOST_LINES + 1)
  if (lines.length > MOST_LINES) throw tooLarge(`allowed signers: more than ${MOST_LINES} lines`)
  return lines
    .map((line) => line.replace(/^[ \t]+/, '').replace(/[ \t\r]+$/, ''))
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map(parseAllowedSigner)
}

/**
 * One line: `principals [options] type base64 [comment]`.
 *
 * @throws {SshError} `malformed`; `refused`: options that ssh-keygen refuses; `unsupported`, `too_large`
 */
export function parseAllowedSigner(line: string): AllowedSigner {
  if (line.length > 65_536) throw tooLarge('allowed signers: a line of more than 65,536 characters')
  const found = /^(?:"([^"]+)"|([^\s"]+))[ \t]+(.*)$/.exec(line)
  const principals = found?.[1] ?? found?.[2]
  if (found === null || principals === undefined) throw malformed('allowed signers: no principals before the key')
  const after = found[3] ?? ''
  const { options, rest } = beginsWithKey(after) ? { options: [], rest: after } : readOptions(after)
  return { principals, ...readSignerOptions(options), ...parsePublicKey(rest) }
}

/**
 * The line, without its end.
 *
 * @throws {SshError} `malformed`: what cannot be written
 */
export function formatAllowedSigner(signer: AllowedSigner): string {
  const { principals, certAuthority, namespaces, validAfter, validBefore, key, comment } = signer
  if (!/^[^\p{Cc}"]+$/u.test(principals)) throw malformed('allowed signers: principals that cannot be written')
  const options: KeyOption[] = []
  if (certAuthority) options.push({ name: 'cert-authority', value: null })
  if (namespaces !== null) options.push({ name: 'namespaces', value: namespaces })
  if (validAfter !== null) options.push({ name: 'valid-after', value: textOf(validAfter) })
  if (validBefore !== null) options.push({ name: 'valid-before', value: textOf(validBefore) })
  const who = /[\s#]/u.test(principals) ? `"${principals}"` : principals
  return [who, ...(options.length === 0 ? [] : [formatOptions(options)]), formatPublicKey(key, comment)].join(' ')
}

function readSignerOptions(
  options: readonly KeyOption[],
): Pick<AllowedSigner, 'certAuthority' | 'namespaces' | 'validAfter' | 'validBefore'> {
  const values = new Map<string, string | null>()
  for (const { name, value } of options) {
    const lower = name.toLowerCase()
    if (!['cert-authority', 'namespaces', 'valid-after', 'valid-before'].includes(lower)) {
      throw refused('allowed signers: an option that ssh-keygen does not know')
    }
    if (values.has(lower)) throw refused(`allowed signers: ${lower} twice`)
    if ((value === null) !== (lower === 'cert-authority')) {
      throw malformed(`allowed signers: ${lower} with a value too many or too few`)
    }
    values.set(lower, value)
  }
  const timeOf = (name: string): Timespec | null => {
    const text = values.get(name)
    return text == null ? null : parseTimespec(text)
  }
  const [validAfter, validBefore] = [timeOf('valid-after'), timeOf('valid-before')]
  if (validAfter?.zone === validBefore?.zone && validAfter !== null && validBefore !== null) {
    checkOrder(validAfter.seconds, validBefore.seconds)
  }
  return {
    certAuthority: values.has('cert-authority'),
    namespaces: values.get('namespaces') ?? null,
    validAfter,
    validBefore,
  }
}

/**
 * ssh-keygen refuses a line that ends before it begins, or with its first second.
 *
 * @throws {SshError} `refused`
 */
export function checkOrder(validAfter: bigint, validBefore: bigint): void {
  if (validBefore <= validAfter) throw refused('allowed signers: valid-before is not after valid-after')
}

function textOf(time: Timespec): string {
  const text = formatTimespec(time.seconds)
  return time.zone === 'utc' ? text : text.slice(0, -1)
}
