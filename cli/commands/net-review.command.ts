import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { DECISIONS, type ReviewView } from '../../capabilities/firewall/contract-review.ts'
import { defineCommand, type World } from '../command.ts'
import { wrongUsage } from '../options.ts'
import { type Remote, remoteOf } from '../remote/call.ts'

const DECIDED = /^([0-9a-f]{6,64})=(keep|narrow|remove):(.+)$/s
const NOTED = /^([0-9a-f]{6,64}):owner=([^,]*),reason=([^,]*)(?:,ticket=([^,]*))?(?:,expires=([0-9-]{10}))?$/

/** `bergfried net review HOST [--decide RULE=keep:WHY]… [--note RULE:owner=…,reason=…]… [--sign] [--report FILE]` */
export const netReview = defineCommand({
  name: 'net review',
  summary: {
    de: 'überprüft das Regelwerk einer Maschine: Befund je Regel, Entscheidung, Unterschrift, Bericht',
    en: 'reviews the rule set of a host: what was found of each rule, decision, signature, report',
  },
  args: [{ name: 'HOST', help: { de: 'Name der Maschine', en: 'name of the host' } }],
  options: {
    decide: {
      type: 'string',
      value: 'RULE=keep|narrow|remove:REASON',
      multiple: true,
      help: { de: 'entscheidet eine Regel', en: 'decides about a rule' },
    },
    note: {
      type: 'string',
      value: 'RULE:owner=…,reason=…[,ticket=…][,expires=YYYY-MM-DD]',
      multiple: true,
      help: { de: 'hält fest, wem eine Regel gehört und wozu', en: 'writes down whose a rule is and what for' },
    },
    sign: {
      type: 'boolean',
      help: { de: 'unterschreibt, wenn alles entschieden ist', en: 'signs once everything is decided' },
    },
    report: {
      type: 'string',
      value: 'FILE',
      help: { de: 'schreibt den Bericht (HTML, druckfertig)', en: 'writes the report (HTML, ready to print)' },
    },
  },
  async run(world, { args, options }) {
    const remote = await remoteOf(world)
    const host = args[0] ?? ''
    let review = await remote.firewall<ReviewView>('firewall-review', { host })
    for (const one of [options['note'] ?? []].flat()) await writeDown(remote, review, String(one))
    for (const one of [options['decide'] ?? []].flat()) review = await decide(remote, review, String(one))
    if (options['sign'] === true) {
      if (review.text === null)
        throw wrongUsage('Erst jede Regel entscheiden (--decide)', 'Decide about every rule first (--decide)')
      world.note(review.text.trimEnd())
      const ssh = await remote.approve(review.text)
      review = await remote.firewall<ReviewView>('firewall-review-sign', { id: review.id, ssh })
    }
    show(world, review)
    if (typeof options['report'] === 'string') {
      const { html } = await remote.firewall<{ html: string }>('firewall-review-report', {
        id: review.id,
        lang: world.lang,
      })
      await writeFile(resolve(world.cwd, options['report']), html, { mode: 0o600 })
    }
    return review.closedAt === null ? 1 : 0
  },
})

async function decide(remote: Remote, review: ReviewView, text: string): Promise<ReviewView> {
  const [, start = '', decision, reason] = DECIDED.exec(text) ?? []
  const rule = ruleNamed(review, start)
  if (!DECISIONS.some((one) => one === decision) || rule === null) {
    throw wrongUsage(
      `--decide: etwa ${review.rules[0]?.rule.slice(0, 8)}=keep:Grund`,
      `--decide: such as ${review.rules[0]?.rule.slice(0, 8)}=keep:reason`,
    )
  }
  return remote.firewall<ReviewView>('firewall-decide', { id: review.id, rule, decision, reason })
}

async function writeDown(remote: Remote, review: ReviewView, text: string): Promise<void> {
  const [, start = '', owner, reason, ticket, expires] = NOTED.exec(text) ?? []
  const rule = ruleNamed(review, start)
  if (rule === null) throw wrongUsage('--note: RULE:owner=…,reason=…', '--note: RULE:owner=…,reason=…')
  const orNull = (value: string | undefined): string | null => (value === undefined || value === '' ? null : value)
  await remote.firewall('firewall-note', {
    ...{ host: review.host, rule, owner: orNull(owner), reason: orNull(reason) },
    ...{ ticket: orNull(ticket), expiresOn: orNull(expires) },
  })
}

/** The one rule whose identity begins so; null: none does, or several. */
function ruleNamed({ rules }: ReviewView, start: string): string | null {
  const found = start === '' ? [] : rules.filter(({ rule }) => rule.startsWith(start))
  return found.length === 1 ? (found[0]?.rule ?? null) : null
}

function show(world: World, review: ReviewView): void {
  for (const { rule, id, text, flags, proposal } of review.rules) {
    const decision = review.decisions.find((one) => one.rule === rule)
    const decided = decision === undefined ? `(${proposal}?)` : `${decision.decision}: ${decision.reason}`
    world.out(`${rule.slice(0, 8)}  ${id}  ${text}`)
    world.out(`          ${flags.join(' ') || '–'}  ${decided}`)
  }
  const { closedBy, closedAt, decisions, rules } = review
  world.note(closedBy === null ? `${decisions.length}/${rules.length}` : `${closedBy} ${closedAt}`)
}
