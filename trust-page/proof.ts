import type { Lang, Seal } from '../verifier/result.ts'
import type { TrustDocument } from '../verifier/trust-document.ts'
import { type Html, html, NOTHING } from './html.ts'
import { sealRows } from './seal-text.ts'
import { TEXTS } from './words.ts'

/** The part about the proof: where it is sealed, how the browser and others check it, what that means. */
export const proof = (document: TrustDocument, seal: Seal | null, lang: Lang): Html =>
  html`<section class="proof"><h2 id="proof">${TEXTS.proof[lang]}</h2>
${seal === null ? NOTHING : sealed(document, seal, lang)}
<div id="check" hidden><p class="answer" id="answer" role="status"></p><ol id="steps"></ol><p><button type="button" id="again">${TEXTS.check[lang]}</button> <button type="button" id="forget" hidden>${TEXTS.forget[lang]}</button></p></div>
<noscript><p>${TEXTS.noScript[lang]}</p></noscript>
<h3>${TEXTS.meaning[lang]}</h3><p class="prose">${TEXTS.proves[lang]}</p><p class="prose">${TEXTS.provesNot[lang]}</p>
<h3>${TEXTS.unaided[lang]}</h3><p class="prose">${TEXTS.unaidedText[lang]}</p><pre tabindex="0"><code>node verifier/main.ts <span id="address">https://…/trust</span></code></pre>
</section>`

function sealed(document: TrustDocument, seal: Seal, lang: Lang): Html {
  const rows = sealRows(seal, lang).map(
    ({ id, name, value }) => html`<div><dt>${name}</dt><dd data-seal="${id}">${value}</dd></div>`,
  )
  return html`<dl>${rows}<div><dt>${TEXTS.policy[lang]}</dt><dd data-seal="policy">${document.policy.digest}</dd></div></dl>`
}
