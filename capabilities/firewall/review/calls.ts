import * as z from 'zod'
import { Decide, WriteNote } from '../contract-review.ts'
import { poolOf } from '../desk.ts'
import { type FirewallCall, fitting } from '../signed/fitting.ts'
import { writeNote } from './notes.ts'
import { reviewReport } from './report.ts'
import { decideRule, openReview, readReview, signReview } from './review-store.ts'

const Host = z.strictObject({ host: z.string().max(100) })
const Id = z.strictObject({ id: z.uuid() })
const Signed = Id.extend({ ssh: z.string().max(8000) })
const Report = Id.extend({ lang: z.enum(['de', 'en']) })

/** What the command line can do with reviews. */
export const REVIEW_CALLS: Readonly<Record<string, FirewallCall>> = {
  'firewall-review': async (deps, person, body) => openReview(deps, fitting(Host, body).host, person),
  'firewall-review-read': async (deps, _person, body) => readReview(poolOf(deps), fitting(Id, body).id),
  'firewall-decide': async (deps, person, body) => decideRule(deps, person, fitting(Decide, body)),
  'firewall-note': async (deps, person, body) => {
    await writeNote(deps, person, fitting(WriteNote, body))
    return {}
  },
  'firewall-review-sign': async (deps, person, body) => {
    const { id, ssh } = fitting(Signed, body)
    return signReview(deps, person, id, ssh)
  },
  'firewall-review-report': async (deps, _person, body) => {
    const { id, lang } = fitting(Report, body)
    return { html: await reviewReport(deps, id, lang) }
  },
}
