import { logAt, readUrl } from '../../verifier/fetch-log.ts'
import { NOTHING_PINNED } from '../../verifier/log-steps.ts'
import { CannotLook, failedStep } from '../../verifier/refuse.ts'
import { both, type Lang, type Result, resultOf } from '../../verifier/result.ts'
import { MOST_CHARACTERS, parseTrust } from '../../verifier/trust-document.ts'
import { verifyTrust } from '../../verifier/verify-trust.ts'
import { TEXTS } from '../words.ts'
import { pageStep } from './compare.ts'
import { world } from './dom.ts'
import { forget, keep, recall } from './memory.ts'
import { showAges, showResult, showSeal } from './show.ts'

// What the trust page does where scripts run: check itself, at once and whenever asked.

const { document: page, location } = world
const lang: Lang = page.documentElement.getAttribute('lang') === 'en' ? 'en' : 'de'
const now = (): Date => new Date()

const MOST_BUNDLES = 64

/** The data as they are served now, checked; then the page before the reader's eyes compared with them. */
async function check(): Promise<Result> {
  const answer = await readUrl(new URL('/trust.json', location.origin), MOST_CHARACTERS)
  if (answer === null) throw new CannotLook(both('/trust.json gibt es nicht.', '/trust.json does not exist.'))
  const json = new TextDecoder().decode(answer.bytes)
  const result = await verifyTrust(json, {
    now: now(),
    pinned: NOTHING_PINNED,
    remembered: recall(),
    openLog: (path) => logAt(new URL(path, location.origin)),
    mostBundles: MOST_BUNDLES,
  })
  if (result.steps.some((s) => s.id === 'format' && s.ok === false)) return result
  const document = parseTrust(json)
  const steps = [...result.steps, pageStep(page, document, lang)]
  if (result.seal !== null) showSeal(page, result.seal, document, lang)
  return resultOf(steps, result.seal, result.remember)
}

/** Whether it is what this browser remembers that the log does not fit. */
const contradictsMemory = ({ steps, seal }: Result): boolean =>
  recall() !== null &&
  steps.some(({ id, ok }) =>
    id === 'witnesses' ? ok === null && seal?.quorum !== 0 : ok === false && (id === 'log' || id === 'history'),
  )

async function run(): Promise<void> {
  const [area, answer, again, reset] = ['#check', '#answer', '#again', '#forget'].map((id) => page.querySelector(id))
  if (area == null || answer == null || again == null || reset == null) return
  area.hidden = false
  again.disabled = true
  delete answer.dataset['answer']
  answer.textContent = TEXTS.checking[lang]
  const result = await check().catch((error: unknown) => {
    const failed = both('Die Prüfung ließ sich nicht ausführen.', 'The check could not be carried out.')
    return resultOf([failedStep('evidence', { no: failed, open: failed }, error)], null, null)
  })
  if (result.remember !== null) keep(result.remember)
  showResult(page, result, lang)
  showAges(page, now(), lang)
  reset.hidden = !contradictsMemory(result)
  again.disabled = false
}

const address = page.querySelector('#address')
if (address !== null) address.textContent = `${location.origin}/trust`
page.querySelector('#again')?.addEventListener('click', () => void run())
page.querySelector('#forget')?.addEventListener('click', () => {
  forget()
  void run()
})
setInterval(() => showAges(page, now(), lang), 30_000)
await run()
