import type { ReadLog } from '../log-source.ts'
import { NOTHING_PINNED } from '../log-steps.ts'
import type { Result, Step } from '../result.ts'
import { type TrustOptions, verifyTrust } from '../verify-trust.ts'
import { CHAPTERS, MADE, NOW, privateEntry, statementEntries, trustJson } from './sealed-page.ts'
import { newSigner, newWitness, TestLog } from './test-log.ts'

export const signer = newSigner('log.example.com')
export const witnesses = [newWitness('w1.example.org'), newWitness('w2.example.org')]
export const before = Array.from({ length: 300 }, (_, i) => privateEntry(i))
export const entries = statementEntries(CHAPTERS, { perPart: 2 })
export const at = new Date(MADE)

/** A log that holds the statement at 300 and 301, and its page. */
export async function sealed(): Promise<{ log: TestLog; json: string }> {
  const log = new TestLog({ signer, witnesses })
  await log.seal([...before, ...entries], at)
  return { log, json: await trustJson(log, CHAPTERS, entries, before.length) }
}

/** Verifies a page against a log that is found where the page must say. */
export const verify = (
  text: string,
  readLog: ReadLog,
  options: Partial<Omit<TrustOptions, 'openLog'>> = {},
): Promise<Result> =>
  verifyTrust(text, {
    now: NOW,
    pinned: NOTHING_PINNED,
    remembered: null,
    openLog: (prefix) => async (path) => (prefix === '/log/' ? readLog(path) : null),
    mostBundles: 64,
    ...options,
  })

export const stepOf = (result: Result, id: string): Step | undefined => result.steps.find((s) => s.id === id)
