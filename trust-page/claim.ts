import type { Lang } from '../verifier/result.ts'
import type { ShownChapter, ShownControl } from '../verifier/trust-document.ts'
import { age, marginText } from './format.ts'
import { type Html, html, NOTHING } from './html.ts'
import { mark } from './marks.ts'
import { STATE_WORDS } from './words.ts'

/** A chapter: heading, motto, and its promises with their state in the margin. */
export const chapter = (one: ShownChapter, lang: Lang, now: Date): Html =>
  html`<section class="chapter"><h2 id="${one.id}">${one.title[lang]}</h2><p class="lead">${one.motto[lang]}</p>
<ol>${one.controls.map((c) => claim(c, lang, now))}</ol></section>
`

/** One promise. What the browser compares with the sealed statement carries a class of its own. */
const claim = (control: ShownControl, lang: Lang, now: Date): Html =>
  html`<li class="claim" id="${control.id}" data-s="${control.state}"><a class="id" href="#${control.id}">${control.id}</a><p>${control.claim[lang]}</p><div class="margin">${mark(control.state)}<b>${STATE_WORDS[control.state][lang]}</b>${measured(control, lang, now)}<span>${marginText(control, lang)}</span></div></li>
`

const measured = ({ measuredAt }: ShownControl, lang: Lang, now: Date): Html =>
  measuredAt === null ? NOTHING : html`<time datetime="${measuredAt}">${age(measuredAt, now, lang)}</time>`
