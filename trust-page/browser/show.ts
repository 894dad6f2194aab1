import { type Answer, answerText, type Lang, type Result, type Seal, type Step } from '../../verifier/result.ts'
import type { TrustDocument } from '../../verifier/trust-document.ts'
import { age, newestMeasurement } from '../format.ts'
import { sealRows, sealSentence } from '../seal-text.ts'
import { type State, TEXTS } from '../words.ts'
import type { PageDocument, PageElement } from './dom.ts'

const SVG = 'http://www.w3.org/2000/svg'

/** The same shapes as for the states: proved like held, refuted like violated, open like not measured. */
const SHAPE: Record<Answer, State> = { holds: 'ok', fails: 'alarm', unknown: 'unmeasured' }
const shapeOf = ({ ok }: Pick<Step, 'ok'>): State => SHAPE[ok === null ? 'unknown' : ok ? 'holds' : 'fails']

function mark(page: PageDocument, state: State): PageElement {
  const svg = page.createElementNS(SVG, 'svg')
  const use = page.createElementNS(SVG, 'use')
  use.setAttribute('href', `#s-${state}`)
  svg.setAttribute('aria-hidden', 'true')
  svg.append(use)
  return svg
}

function element(page: PageDocument, name: string, ...children: (PageElement | string)[]): PageElement {
  const made = page.createElement(name)
  made.append(...children)
  return made
}

/** Shows the answer and every step of it. Screen readers are told the answer. */
export function showResult(page: PageDocument, result: Result, lang: Lang): void {
  const [check, answer, steps] = ['#check', '#answer', '#steps'].map((id) => page.querySelector(id))
  if (check == null || answer == null || steps == null) return
  check.hidden = false
  answer.dataset['s'] = SHAPE[result.answer]
  answer.dataset['answer'] = result.answer
  answer.replaceChildren(mark(page, SHAPE[result.answer]), element(page, 'span', result.text[lang]))
  steps.replaceChildren(...result.steps.map((one) => stepItem(page, one, lang)))
  const top = page.querySelector('#checked')
  if (top == null) return
  top.hidden = false
  top.dataset['s'] = SHAPE[result.answer]
  top.textContent = `${TEXTS.checkedTop[lang]}: ${answerText(result)[lang]}`
}

function stepItem(page: PageDocument, one: Step, lang: Lang): PageElement {
  const said = element(page, 'div', one.text[lang])
  if (one.detail !== null) said.append(element(page, 'small', one.detail[lang]))
  const item = element(page, 'li', mark(page, shapeOf(one)), said)
  item.dataset['s'] = shapeOf(one)
  item.dataset['step'] = one.id
  return item
}

/** Ages count on while the page stays open. */
export function showAges(page: PageDocument, now: Date, lang: Lang): void {
  for (const time of page.querySelectorAll('.margin time, #newest')) {
    const at = time.getAttribute('datetime')
    if (at !== null) time.textContent = age(at, now, lang)
  }
}

/** What the page says of its seal is written anew from what was verified: the log has grown since the page was made. */
export function showSeal(page: PageDocument, seal: Seal, document: TrustDocument, lang: Lang): void {
  const policy = { id: 'policy', value: document.policy.digest }
  for (const { id, value } of [...sealRows(seal, lang), policy]) write(page, `[data-seal=${id}]`, value)
  write(page, '#seal', sealSentence(seal, lang))
  const newest = newestMeasurement(document.policy.chapters.flatMap((c) => c.controls))
  if (newest !== null) page.querySelector('#newest')?.setAttribute('datetime', newest)
}

function write(page: PageDocument, selector: string, text: string): void {
  const element = page.querySelector(selector)
  if (element !== null) element.textContent = text
}
