import { currentRules, rulesById } from '../change/current-rules.ts'
import type { ReviewView } from '../contract-review.ts'
import { type FirewallDeps, poolOf } from '../desk.ts'
import { countsOf, readReview } from './review-store.ts'

type Lang = 'de' | 'en'
const WORDS = {
  de: {
    title: 'Überprüfung der Firewall',
    host: 'Maschine',
    begun: 'Begonnen',
    signed: 'Unterschrieben',
    nobody: 'noch von niemandem',
    digest: 'Regelwerk',
    rule: 'Regel',
    found: 'Befund',
    counted: 'Zähler',
    owner: 'Eigentümer, Grund',
    decision: 'Entscheidung',
    before: 'Vorher: das überprüfte Regelwerk',
    after: 'Nachher: das geltende Regelwerk',
    same: 'unverändert',
    open: 'offen',
    dead: 'beweisbar wirkungslos',
    never_hit: 'nie getroffen',
    ownerless: 'ohne Eigentümer oder Grund',
    expired: 'abgelaufen',
    broad: 'weiter als nötig',
    uncounted: 'ohne Zähler',
    keep: 'behalten',
    narrow: 'enger fassen',
    remove: 'entfernen',
    text: 'Unterschriebener Text',
  },
  en: {
    title: 'Review of the firewall',
    host: 'Host',
    begun: 'Begun',
    signed: 'Signed',
    nobody: 'by nobody yet',
    digest: 'Rule set',
    rule: 'Rule',
    found: 'Found',
    counted: 'Counter',
    owner: 'Owner, reason',
    decision: 'Decision',
    before: 'Before: the rule set that was reviewed',
    after: 'After: the rule set in force',
    same: 'unchanged',
    open: 'open',
    dead: 'proved to do nothing',
    never_hit: 'never hit',
    ownerless: 'without owner or reason',
    expired: 'expired',
    broad: 'broader than needed',
    uncounted: 'without a counter',
    keep: 'keep',
    narrow: 'narrow',
    remove: 'remove',
    text: 'Signed text',
  },
} as const
const STYLE = `body{font:11pt/1.4 sans-serif;margin:2em;color:#111}table{border-collapse:collapse;width:100%;page-break-inside:auto}
tr{page-break-inside:avoid}th,td{border:1px solid #888;padding:4px;text-align:left;vertical-align:top;font-size:9pt}
code,pre{font-family:monospace;font-size:8.5pt;white-space:pre-wrap;overflow-wrap:anywhere}
@page{size:A4;margin:15mm}@media print{body{margin:0}h2{page-break-before:always}}`

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

/** A review as one page to keep or to print: every rule with what was found and decided, and the rule sets before and after. */
export async function reviewReport(deps: FirewallDeps, id: string, lang: Lang): Promise<string> {
  const pool = poolOf(deps)
  const review = await readReview(pool, id)
  const [row] = await pool.query<{ rules_id: number }>('select rules_id from firewall.review where id = $1', [id])
  const before = await rulesById(pool, row?.rules_id ?? -1)
  const after = await currentRules(pool, review.host)
  const rules = { before: before?.text ?? '', after: after.digest === review.digest ? null : after.text }
  return reportPage(review, rules, lang)
}

/** @param rules - after null: as before */
export function reportPage(
  review: ReviewView,
  rules: { readonly before: string; readonly after: string | null },
  lang: Lang,
): string {
  const w = WORDS[lang]
  const { keep, narrow, remove } = countsOf(review)
  const rows = review.rules.map((one) => {
    const decision = review.decisions.find(({ rule }) => rule === one.rule)
    const found = [...one.flags.map((flag) => w[flag]), ...(one.by.length > 0 ? [one.by.join(', ')] : [])].join('; ')
    const counted =
      one.packets === null ? '–' : `${one.packets} (${one.countedSince ?? '–'} – ${one.countedUntil ?? '–'})`
    const note = [one.note?.owner, one.note?.reason, one.note?.ticket, one.note?.expiresOn]
      .filter((part) => part)
      .join(', ')
    const decided =
      decision === undefined ? w.open : `${w[decision.decision]}: ${decision.reason} (${decision.by}, ${decision.at})`
    const cells = [one.id, found, counted, note, decided].map((cell) => `<td>${escaped(cell)}</td>`)
    return `<tr>${cells[0]?.replace('</td>', `<br><code>${escaped(one.text)}</code></td>`)}${cells.slice(1).join('')}</tr>`
  })
  const signed = review.closedBy === null ? w.nobody : `${review.closedBy}, ${review.closedAt}`
  const heads = [w.rule, w.found, w.counted, w.owner, w.decision].map((head) => `<th>${head}</th>`).join('')
  return [
    `<!doctype html><html lang="${lang}"><head><meta charset="utf-8"><title>${w.title} ${escaped(review.host)}</title><style>${STYLE}</style></head><body>`,
    `<h1>${w.title}</h1><p>${w.host}: <b>${escaped(review.host)}</b><br>${w.begun}: ${escaped(review.openedBy)}, ${review.openedAt}<br>`,
    `${w.signed}: ${escaped(signed)}<br>${w.digest}: <code>${review.digest}</code><br>`,
    `${w.keep} ${keep}, ${w.narrow} ${narrow}, ${w.remove} ${remove}</p>`,
    `<table><thead><tr>${heads}</tr></thead><tbody>${rows.join('\n')}</tbody></table>`,
    ...(review.text === null ? [] : [`<h3>${w.text}</h3><pre>${escaped(review.text)}</pre>`]),
    `<h2>${w.before}</h2><pre>${escaped(rules.before)}</pre>`,
    `<h2>${w.after}</h2><pre>${escaped(rules.after ?? w.same)}</pre>`,
    '</body></html>\n',
  ].join('\n')
}
