import type { Lang, Seal } from '../verifier/result.ts'
import type { TrustDocument } from '../verifier/trust-document.ts'
import { chapter } from './claim.ts'
import { age, newestMeasurement, summary, tally } from './format.ts'
import { Html, html, NOTHING } from './html.ts'
import { brand, MARKS, mark } from './marks.ts'
import { proof } from './proof.ts'
import { sealSentence } from './seal-text.ts'
import { COUNTED, STANDINGS, type Standing, TEXTS } from './words.ts'

/** Where the files are that the page loads. */
export interface PageAssets {
  readonly style: string
  readonly script: string
  readonly icon: string
  /** The modules that the script imports, so that the browser fetches them at once. */
  readonly modules: readonly string[]
}

/** Whose page it is, as an owner entered it: not part of what is sealed. */
export interface PagePublisher {
  readonly name: string
  /** Address of the logo, or null. */
  readonly logo: string | null
}

/** Said where the page is a copy that lies somewhere else, and cannot grow old by itself. */
export interface PageCopy {
  /** Address of the live page. */
  readonly live: string
}

export interface PageInput {
  readonly lang: Lang
  readonly document: TrustDocument
  readonly standing: Standing
  readonly seal: Seal | null
  readonly now: Date
  readonly assets: PageAssets
  readonly publisher: PagePublisher | null
  readonly demo: boolean
  readonly copy: PageCopy | null
}

/** The trust page: the policy as a text, its sealed state in the margin, and the proof. Complete without scripts. */
export function renderPage(input: PageInput): string {
  const { lang, document, assets, now, publisher, copy } = input
  const name = publisher?.name ?? 'Bergfried'
  const other: Lang = lang === 'de' ? 'en' : 'de'
  const { chapters } = document.policy
  return html`<!doctype html>
<html lang="${lang}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${TEXTS.title[lang]} · ${name}</title><meta name="description" content="${TEXTS.description[lang]}">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="${assets.icon}" type="image/svg+xml"><link rel="stylesheet" href="${assets.style}">
<link rel="alternate" hreflang="de" href="/trust/de"><link rel="alternate" hreflang="en" href="/trust/en"><link rel="alternate" hreflang="x-default" href="/trust">
<link rel="alternate" type="application/json" href="/trust.json"><link rel="alternate" type="application/atom+xml" href="/trust/${lang}.atom">
${assets.modules.map((href) => html`<link rel="modulepreload" href="${href}">`)}
<script type="module" src="${assets.script}"></script></head>
<body>
<a class="skip" href="#text">${TEXTS.skip[lang]}</a>${MARKS}
<header><a class="brand" href="/trust/${lang}">${publisher?.logo == null ? brand : html`<img src="${publisher.logo}" alt="">`} ${name}</a><nav aria-label="${TEXTS.language[lang]}"><a href="/trust/${other}" lang="${other}" hreflang="${other}">${other === 'de' ? 'Deutsch' : 'English'}</a></nav></header>
<div class="sheet">
<nav class="chapters" aria-label="${TEXTS.chapters[lang]}"><ol>${chapters.map((c) => html`<li><a href="#${c.id}">${c.title[lang]}</a><span aria-hidden="true">${c.controls.length}</span></li>`)}<li><a href="#proof">${TEXTS.proof[lang]}</a></li></ol></nav>
<main id="text" data-made="${document.generatedAt}">
${input.demo ? html`<p class="demo" role="note">${TEXTS.demo[lang]}</p>` : NOTHING}<h1>${TEXTS.title[lang]}</h1>
${copy === null ? NOTHING : html`<p class="standing">${mark('stale')}<span>${TEXTS.copy[lang]} <a href="${copy.live}/trust/${lang}">${copy.live}</a></span></p>`}${opening(input)}
${chapters.map((c) => chapter(c, lang, now))}${proof(document, input.seal, lang)}
</main></div>
<footer><p>${TEXTS.made[lang]} <a href="/trust.json">trust.json</a>, <a href="/trust/${lang}.atom">Atom</a>${document.evidence === null ? NOTHING : html`, <a href="${document.evidence.log}checkpoint">checkpoint</a>`}</p></footer>
</body></html>
`.text
}

/** The sentence that sums up, how fresh it is, and every promise as one tick of a ribbon. */
function opening({ lang, document, standing, seal, now }: PageInput): Html {
  const controls = document.policy.chapters.flatMap((c) => c.controls)
  const newest = newestMeasurement(controls)
  const warning =
    standing === 'sealed'
      ? NOTHING
      : html`<p class="standing">${mark(standing === 'expired' ? 'stale' : 'unmeasured')}<span>${STANDINGS[standing][lang]}</span></p>`
  const freshest =
    newest === null
      ? NOTHING
      : html`${lang === 'de' ? 'Jüngste Messung' : 'Newest measurement'} <time id="newest" datetime="${newest}">${age(newest, now, lang)}</time>. `
  const legend = tally(controls).map(
    ([state, n]) =>
      html`<li data-s="${state}">${mark(state)}${n} ${COUNTED.find(([s]) => s === state)?.[1][lang] ?? state}</li>`,
  )
  return html`${warning}<p class="summary" id="summary">${summary(controls, lang)}</p>
<p class="sealed">${freshest}${seal === null ? NOTHING : html`<span id="seal">${sealSentence(seal, lang)}</span>`} <a id="checked" href="#proof" hidden></a></p>
<div class="ribbon" aria-hidden="true">${controls.map((c) => new Html(`<i data-s="${c.state}"></i>`))}</div>
<ul class="legend" aria-label="${TEXTS.signs[lang]}">${legend}</ul>`
}
