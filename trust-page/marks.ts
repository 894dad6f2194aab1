import { Html, html } from './html.ts'
import type { State } from './words.ts'

/** A mark for each state: the shape alone tells it, without colour. */
const SHAPES: Readonly<Record<State, string>> = {
  ok: '<circle cx="8" cy="8" r="6"/>',
  alarm: '<path d="M8 1 15.5 14.5H.5Z"/>',
  error: '<path d="M2 2 14 14M14 2 2 14" fill="none" stroke="currentColor" stroke-width="2.6"/>',
  stale:
    '<path d="M8 2a6 6 0 1 1-6 6h6Z"/><circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" stroke-width="1.4"/>',
  attested:
    '<path d="M2.7 2.7h10.6v10.6H2.7ZM5 8.2 7.2 10.4 11.2 5.8" fill="none" stroke="currentColor" stroke-width="1.6"/>',
  excepted: '<path d="M8 1.5 14.5 8 8 14.5 1.5 8Z" fill="none" stroke="currentColor" stroke-width="1.6"/>',
  unmeasured:
    '<circle cx="8" cy="8" r="5.4" fill="none" stroke="currentColor" stroke-width="1.4" stroke-dasharray="2.4 2.2"/>',
  info: '<path d="M8 1.6v2.6M8 6.4v8" fill="none" stroke="currentColor" stroke-width="2.6"/>',
  skip: '<path d="M3 8h10" fill="none" stroke="currentColor" stroke-width="2"/>',
}

/** The shapes, once in the page. */
export const MARKS = new Html(
  `<svg width="0" height="0" class="sr" aria-hidden="true"><defs>${Object.entries(SHAPES)
    .map(([state, shape]) => `<symbol id="s-${state}" viewBox="0 0 16 16">${shape}</symbol>`)
    .join('')}</defs></svg>`,
)

export const mark = (state: State): Html => html`<svg aria-hidden="true"><use href="#s-${state}"/></svg>`

const KEEP = 'M5 22V9H4V3h3v2h3V3h4v2h3V3h3v6h-1v13h-5v-6h-4v6Z'
export const brand = html`<svg viewBox="0 0 24 24" width="22" height="22" aria-hidden="true"><path d="${KEEP}"/></svg>`
/** The icon of the page, served beside the style. */
export const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><style>path{fill:#27496d}@media(prefers-color-scheme:dark){path{fill:#9dbbe0}}</style><path d="${KEEP}"/></svg>`
