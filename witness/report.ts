import { formatVerifierKey } from '../engines/tlog/note.ts'
import type { LogList } from './log-list.ts'
import type { ConflictStore, ListedConflict } from './store/conflict-store.ts'
import type { Identity } from './store/key-file.ts'
import { fileOf } from './store/state.ts'
import type { StateStore } from './store/state-store.ts'
import type { Lang } from './terminal.ts'

/** What a witness tells everybody. */
export interface Report {
  readonly format: 'bergfried-witness/1'
  readonly name: string
  readonly verifierKeys: readonly string[]
  readonly logs: readonly LogReport[]
  /** Evidence against logs; `file` below `conflicts/`. */
  readonly conflicts: readonly ListedConflict[]
  /** Conflicts that did not fit since the start. */
  readonly conflictsDropped: number
}

export interface LogReport {
  readonly origin: string
  /** Where the cosigned checkpoint is read: below `checkpoint/`. */
  readonly file: string
  /** Empty where the log is no longer on the list, or the list is not at hand. */
  readonly verifierKeys: readonly string[]
  /** Null where nothing was cosigned yet. */
  readonly size: number | null
  /** Hexadecimal. */
  readonly root: string | null
  /** ISO 8601. */
  readonly cosignedAt: string | null
  /** Whether it takes no further checkpoint until a restart, because the disk failed. */
  readonly stuck: boolean
}

export function reportOf(
  { identity, states, conflicts }: { identity: Identity; states: StateStore; conflicts: ConflictStore },
  logs: LogList,
): Report {
  const origins = new Set([...logs.keys(), ...states.all().map(({ origin }) => origin)])
  return {
    format: 'bergfried-witness/1',
    name: identity.name,
    verifierKeys: identity.signers.map(({ key }) => formatVerifierKey(key)),
    logs: [...origins].sort().map((origin): LogReport => {
      const seen = states.get(origin)
      return {
        origin,
        file: fileOf(origin),
        verifierKeys: (logs.get(origin) ?? []).map(formatVerifierKey),
        size: seen?.size ?? null,
        root: seen === null ? null : Buffer.from(seen.root).toString('hex'),
        cosignedAt: seen === null ? null : new Date(seen.time * 1000).toISOString(),
        stuck: states.isStuck(origin),
      }
    }),
    conflicts: conflicts.list(),
    conflictsDropped: conflicts.dropped,
  }
}

const WORDS = {
  de: {
    nothing: 'noch nichts bestätigt',
    stuck: 'STEHT: die Platte versagte, Zeuge neu starten',
    fork: 'ZWEI GESCHICHTEN, vom Protokoll unterschrieben',
    unproved: 'ohne gültigen Beweis eingereicht',
    dropped: 'weitere passten nicht mehr',
  },
  en: {
    nothing: 'nothing confirmed yet',
    stuck: 'STANDS STILL: the disk failed, restart the witness',
    fork: 'TWO HISTORIES, signed by the log',
    unproved: 'submitted without a proof that holds',
    dropped: 'more did not fit',
  },
} as const

/** The same for people. */
export function reportText(report: Report, lang: Lang): string {
  const words = WORDS[lang]
  const lines = [report.name, ...report.verifierKeys, '']
  for (const { origin, file, size, root, cosignedAt, stuck } of report.logs) {
    lines.push(origin, size === null ? `  ${words.nothing}` : `  ${size}  ${cosignedAt}  ${root}`)
    if (size !== null) lines.push(`  checkpoint/${file}`)
    if (stuck) lines.push(`  ${words.stuck}`)
  }
  for (const { kind, origin, at, file } of report.conflicts) {
    lines.push('', `${words[kind]}: ${origin}`, `  ${at}  conflicts/${file}`)
  }
  if (report.conflictsDropped > 0) lines.push('', `${report.conflictsDropped} ${words.dropped}`)
  return lines.join('\n')
}
