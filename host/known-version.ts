import { problem } from './errors.ts'
import { readTrusted } from './trusted-file.ts'

/** The highest versions that this host has accepted. Neither ever falls. */
export interface KnownVersion {
  readonly list: bigint
  readonly krl: bigint
}

/** @throws {HostError} `failed`, `unsafe`, `malformed` */
export function readKnownVersion(path: string): KnownVersion {
  const [, list = '', krl = ''] =
    /^list (0|[1-9][0-9]{0,19})\nkrl (0|[1-9][0-9]{0,19})\n$/.exec(readTrusted(path, 100).toString('latin1')) ?? []
  if (list === '') throw problem('malformed', path, 'not two versions', 'nicht zwei Versionen')
  return { list: BigInt(list), krl: BigInt(krl) }
}

export const formatKnownVersion = ({ list, krl }: KnownVersion): string => `list ${list}\nkrl ${krl}\n`
