import { createHash } from 'node:crypto'
import * as z from 'zod'
import { BergfriedError } from '../../../kernel/errors.ts'
import type { RouteDeps } from '../../../kernel/http/route.ts'
import type { SignedCaller } from '../../access/contract-caller.ts'
import { findPerson } from '../../identity/contract-people.ts'
import { currentRules } from '../change/current-rules.ts'
import { approveChange, endChange, sendChange } from '../change/decide.ts'
import { propose, whatIf } from '../change/propose.ts'
import { readChange, readChanges, readHosts } from '../change/views.ts'
import { Propose } from '../contract.ts'
import { poolOf } from '../desk.ts'
import { REVIEW_CALLS } from '../review/calls.ts'
import { type FirewallCall, fitting } from './fitting.ts'

type Deps = RouteDeps

const Id = z.strictObject({ id: z.uuid() })
const Signed = z.strictObject({ id: z.uuid(), ssh: z.string().max(8000) })
const Host = z.strictObject({ host: z.string().max(100) })
/** The rules come beside the call, which says what they are: a signed text is short. */
const ForRules = Host.extend({ digest: z.string().length(64) })
const Proposed = Propose.omit({ rules: true }).extend({ digest: z.string().length(64) })
const End = z.strictObject({
  id: z.uuid(),
  how: z.enum(['refused', 'withdrawn']),
  note: z.string().max(1000).default(''),
})

function rulesOf(digest: string, rules: string | null): string {
  if (rules !== null && createHash('sha256').update(rules).digest('hex') === digest) return rules
  throw new BergfriedError('http.invalid', { where: 'rules', reason: 'not those that the call was signed for' })
}

/** What the command line can do with firewalls, as whoever signed it. */
const CALLS: Readonly<Record<string, FirewallCall>> = {
  firewall: async (deps, person) => {
    const [hosts, changes] = await Promise.all([readHosts(deps), readChanges(deps, person)])
    return {
      hosts: hosts.map(({ text: _text, ...host }) => host),
      changes: changes.map(({ rules: _rules, ...one }) => one),
    }
  },
  'firewall-rules': async (deps, _person, body) => {
    const { digest, text } = await currentRules(poolOf(deps), fitting(Host, body).host)
    return { digest, text }
  },
  'firewall-what-if': async (deps, _person, body, rules) => {
    const { host, digest } = fitting(ForRules, body)
    return whatIf(deps, host, rulesOf(digest, rules))
  },
  'firewall-propose': async (deps, person, body, rules) => {
    const { digest, ...wish } = fitting(Proposed, body)
    return propose(deps, person, { ...wish, rules: rulesOf(digest, rules) })
  },
  'firewall-change': async (deps, person, body) => readChange(deps, person, fitting(Id, body).id),
  'firewall-approve': async (deps, person, body) => {
    const { id, ssh } = fitting(Signed, body)
    return { ready: await approveChange(deps, id, { person, ssh, passkey: null }) }
  },
  'firewall-apply': async (deps, person, body) => {
    await sendChange(deps, fitting(Id, body).id, person)
    return {}
  },
  'firewall-end': async (deps, person, body) => {
    const { id, how, note } = fitting(End, body)
    await endChange(deps, id, person, how, note)
    return {}
  },
  ...REVIEW_CALLS,
}

/** @throws {BergfriedError} `http.not_found`, `access.not_approver`, and those of the call */
export async function answerFirewallCall(
  deps: Deps,
  { person, name, body }: SignedCaller,
  rules: string | null,
): Promise<object> {
  const call = Object.hasOwn(CALLS, name) ? CALLS[name] : undefined
  if (call === undefined) throw new BergfriedError('http.not_found', { what: `call ${name.slice(0, 40)}` })
  const { roles = [] } = (await findPerson(deps.database, person)) ?? {}
  if (!roles.includes('approver') && !roles.includes('owner'))
    throw new BergfriedError('access.not_approver', { person })
  return call(deps, person, body, rules)
}
