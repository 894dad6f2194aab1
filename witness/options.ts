import { isIP } from 'node:net'
import { problem } from './errors.ts'
import type { Text } from './terminal.ts'

interface OptionSpec {
  readonly type: 'boolean' | 'string'
  readonly help: Text
  /** How the value is called in the usage line. */
  readonly value?: string
  readonly multiple?: boolean
}

type Options = Readonly<Record<string, OptionSpec>>

const folder = {
  type: 'string',
  value: 'FOLDER',
  help: { de: 'Ordner des Zeugen, für ihn allein', en: 'folder of the witness, for it alone' },
} as const

export const INIT_OPTIONS = {
  folder,
  name: {
    type: 'string',
    value: 'NAME',
    help: { de: 'Name, etwa witness.example.org/w1', en: 'name, such as witness.example.org/w1' },
  },
  'ml-dsa': {
    type: 'boolean',
    help: { de: 'dazu ein Schlüssel nach ML-DSA-44', en: 'with a second key, ML-DSA-44' },
  },
} as const satisfies Options

export const RUN_OPTIONS = {
  folder,
  logs: {
    type: 'string',
    value: 'FILE',
    help: { de: 'Prüfschlüssel der Protokolle, einer je Zeile', en: 'verifier keys of the logs, one per line' },
  },
  listen: {
    type: 'string',
    value: 'HOST:PORT',
    help: { de: 'Adresse (127.0.0.1:7500)', en: 'address (127.0.0.1:7500)' },
  },
  prefix: { type: 'string', value: '/PATH', help: { de: 'Anfang aller Pfade', en: 'beginning of all paths' } },
  'tls-key': {
    type: 'string',
    value: 'FILE',
    help: { de: 'privater Schlüssel für TLS (PEM)', en: 'private key for TLS (PEM)' },
  },
  'tls-cert': {
    type: 'string',
    value: 'FILE',
    help: { de: 'Zertifikatskette für TLS (PEM)', en: 'certificate chain for TLS (PEM)' },
  },
  rate: {
    type: 'string',
    value: 'N',
    help: {
      de: 'Anfragen je Sekunde und Absender, 0 hinter einem Proxy (20)',
      en: 'requests per second and sender, 0 behind a proxy (20)',
    },
  },
  seen: {
    type: 'string',
    value: 'FILE',
    multiple: true,
    help: {
      de: 'Stand, den dieser Zeuge einmal bestätigt hat, nach einer Rücksicherung',
      en: 'checkpoint that this witness once confirmed, after a restore',
    },
  },
} as const satisfies Options

export const SHOW_OPTIONS = {
  folder,
  format: { type: 'string', value: 'text|json', help: { de: 'Ausgabe', en: 'output' } },
} as const satisfies Options

export type Values = Readonly<Record<string, string | boolean | readonly string[] | undefined>>

/** An option that must be there. @throws {WitnessError} `usage` */
export function needed(values: Values, name: string): string {
  const value = values[name]
  if (typeof value === 'string' && value !== '') return value
  throw problem('usage', `--${name}`, 'is missing', 'fehlt')
}

export const optional = (values: Values, name: string): string | null => {
  const value = values[name]
  return typeof value === 'string' ? value : null
}

/** `127.0.0.1:7500`, `[::1]:7500`, `localhost:0`. @throws {WitnessError} `usage` */
export function parseListen(text: string): { host: string; port: number } {
  const match = /^(?:\[([0-9a-fA-F:.]{2,45})\]|([A-Za-z0-9.-]{1,253})):([0-9]{1,5})$/.exec(text)
  const [, v6, name, digits] = match ?? []
  const host = v6 ?? name ?? ''
  const port = Number(digits)
  if (match === null || port > 65_535 || (v6 !== undefined && isIP(v6) !== 6)) {
    throw problem(
      'usage',
      '--listen',
      'expected is an address such as 127.0.0.1:7500',
      'erwartet wird eine Adresse wie 127.0.0.1:7500',
    )
  }
  return { host, port }
}

/** Empty, or `/w1`. @throws {WitnessError} `usage` */
export function parsePrefix(text: string): string {
  const prefix = text.replace(/\/$/, '')
  if (/^(\/[A-Za-z0-9._~-]{1,64}){0,4}$/.test(prefix)) return prefix
  throw problem('usage', '--prefix', 'expected is a path such as /w1', 'erwartet wird ein Pfad wie /w1')
}

/** @throws {WitnessError} `usage` */
export function parseRate(text: string): number {
  const rate = /^[0-9]{1,6}$/.test(text) ? Number(text) : null
  if (rate !== null) return rate
  throw problem('usage', '--rate', 'expected is a whole number', 'erwartet wird eine ganze Zahl')
}
