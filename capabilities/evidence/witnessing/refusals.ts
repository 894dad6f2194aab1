import { BergfriedError } from '../../../kernel/errors.ts'
import type { Refusal } from '../../../kernel/ledger/evidence-log.ts'

const OTHER_HISTORY = 'otherHistory'

export const refusal = (witness: string, reason: string, reasonDe: string): BergfriedError =>
  new BergfriedError('witness.refused', { witness, reason, reasonDe })

/** A refusal that is not about the witness but about us. */
export const otherHistory = (witness: string, reason: string, reasonDe: string): BergfriedError =>
  new BergfriedError('witness.refused', { witness, reason, reasonDe, [OTHER_HISTORY]: 1 })

export function refusalOf({ detail }: BergfriedError): Refusal {
  return {
    witness: String(detail['witness']),
    reason: String(detail['reason']),
    reasonDe: String(detail['reasonDe']),
    otherHistory: detail[OTHER_HISTORY] === 1,
  }
}

/** What the status of an answer means that is neither 200 nor 409. */
export function statusRefusal(witness: string, status: number): BergfriedError {
  const say = (reason: string, reasonDe: string) => refusal(witness, reason, reasonDe)
  if (status >= 300 && status < 400) {
    return say(
      `it answers with a redirect (${status}), which is not followed`,
      `er leitet um (${status}), dem wird nicht gefolgt`,
    )
  }
  switch (status) {
    case 400:
      return say('it finds the request malformed (400)', 'er hält die Anfrage für fehlerhaft (400)')
    case 403:
      return say(
        'it does not accept the key of this log (403); give it the verifier key',
        'er lässt den Schlüssel dieses Protokolls nicht gelten (403); ihm den Prüfschlüssel geben',
      )
    case 404:
      return say(
        'it does not know this log, or the address is wrong (404); give it the verifier key',
        'er kennt dieses Protokoll nicht, oder die Adresse ist falsch (404); ihm den Prüfschlüssel geben',
      )
    case 413:
      return say('the checkpoint is too large for it (413)', 'der Stand ist ihm zu groß (413)')
    case 422:
      return otherHistory(
        witness,
        'ANOTHER HISTORY: what it confirmed before is not the beginning of this log (422)',
        'ANDERE GESCHICHTE: was er früher bestätigt hat, ist nicht der Anfang dieses Protokolls (422)',
      )
    case 429:
      return say('it is asked too often (429)', 'er wird zu oft gefragt (429)')
    default:
      return say(`it answers with status ${status}`, `er antwortet mit Status ${status}`)
  }
}
