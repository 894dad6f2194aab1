import { fill, type Lang } from '../../../../kernel/i18n/text.ts'
import type { PackReport } from './verify-pack.ts'

/** What the check of a pack found, as lines for a person. */
export function packReportLines(report: PackReport, lang: Lang): readonly string[] {
  const { manifest, proved, cosigners } = report
  const { counts } = manifest
  const values = {
    ...proved,
    origin: manifest.log.origin,
    size: manifest.checkpoint.size,
    from: manifest.window.from,
    to: manifest.window.to,
    controls: manifest.controls.join(', '),
    names: cosigners.map((c) => c.name).join(', ') || '–',
    facts: counts.facts,
    changes: counts.changes,
    sha256: report.sha256,
  }
  const lines = lang === 'de' ? GERMAN : ENGLISH
  const remarks = report.remarks.map((remark) => `! ${remark[lang]}`)
  return [...lines.map((line) => fill(line, values)), ...remarks]
}

const GERMAN = [
  '● Bewiesen: {leaves} Einträge des Protokolls {origin} vom {from} bis {to}, Stand {size}',
  '  bestätigt von: {names}',
  '  Zusagen: {controls}',
  '  geöffnet {openings}, Populationen {periods} aus {facts} Fakten, Urteile {judgements} aus {changes} Änderungen',
  '  SHA-256 des Pakets: {sha256}',
]

const ENGLISH = [
  '● Proved: {leaves} entries of the log {origin} from {from} to {to}, size {size}',
  '  confirmed by: {names}',
  '  controls: {controls}',
  '  opened {openings}, populations {periods} of {facts} facts, judgements {judgements} of {changes} changes',
  '  SHA-256 of the pack: {sha256}',
]
