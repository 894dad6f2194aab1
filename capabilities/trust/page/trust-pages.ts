import { renderPage } from '../../../trust-page/page.ts'
import type { Standing } from '../../../trust-page/words.ts'
import type { Lang } from '../../../verifier/result.ts'
import { expired } from '../statement/document.ts'
import { publishedNote, type Source, type SourceDeps, sourceOf } from '../statement/source.ts'
import { type Assets, loadAssets } from './assets.ts'
import { Entity } from './entity.ts'

/** The page and its data, as they are sent until something changes. */
export interface Pages {
  readonly html: Readonly<Record<Lang, Entity>>
  readonly json: Entity
}

/** How often the log is asked whether it has a new checkpoint, at most. */
const LOOK_MS = 1000
/** How often ages are written anew. */
const AGE_MS = 30_000

/**
 * The pages of one server. They are made anew when the published checkpoint changes, when the statement runs out, and as
 * their ages grow; between that every reader gets the same bytes.
 */
export class TrustPages {
  readonly assets: Assets
  readonly #deps: SourceDeps
  #source: Source | null = null
  #lookedAt = Number.NEGATIVE_INFINITY
  #looking: Promise<Source> | null = null
  #pages: Pages | null = null
  #madeOf: { readonly source: Source; readonly standing: Standing; readonly turn: number } | null = null

  constructor(deps: SourceDeps, assets: Assets) {
    this.#deps = deps
    this.assets = assets
  }

  async current(): Promise<Pages> {
    const source = await this.#currentSource()
    const now = this.#deps.clock.now()
    const standing = standingAt(source, now)
    const turn = Math.floor(now.getTime() / AGE_MS)
    const made = this.#madeOf
    if (this.#pages !== null && made?.source === source && made.standing === standing && made.turn === turn) {
      return this.#pages
    }
    const document = standing === 'expired' ? expired(source.document) : source.document
    const page = (lang: Lang): Entity => {
      const input = { lang, document, standing, seal: source.seal, now, assets: this.assets.page }
      return new Entity('text/html; charset=utf-8', renderPage(input))
    }
    this.#pages = {
      html: { de: page('de'), en: page('en') },
      json: new Entity('application/json; charset=utf-8', JSON.stringify(document)),
    }
    this.#madeOf = { source, standing, turn }
    return this.#pages
  }

  async #currentSource(): Promise<Source> {
    const now = this.#deps.clock.now().getTime()
    const known = this.#source
    if (known !== null && Math.abs(now - this.#lookedAt) < LOOK_MS) return known
    this.#looking ??= this.#look(known, now).finally(() => {
      this.#looking = null
    })
    return this.#looking
  }

  async #look(known: Source | null, now: number): Promise<Source> {
    try {
      const note = await publishedNote(this.#deps.evidence)
      if (known === null || known.note !== note) this.#source = await sourceOf(this.#deps, note)
    } catch (error) {
      // What was sealed stays sealed until it runs out, also while the database or the store cannot be asked.
      if (known === null) throw error
    }
    this.#lookedAt = now
    return this.#source ?? (await sourceOf(this.#deps, null))
  }
}

function standingAt({ standing, document }: Source, now: Date): Standing {
  const over = document.validUntil !== null && now.getTime() >= Date.parse(document.validUntil)
  return standing === 'sealed' && over ? 'expired' : standing
}

const ASSETS: { loaded: Assets | null } = { loaded: null }
const PAGES = new WeakMap<SourceDeps, TrustPages>()

/** The pages that all routes of one server share. */
export function pagesOf(deps: SourceDeps): TrustPages {
  ASSETS.loaded ??= loadAssets()
  const pages = PAGES.get(deps) ?? new TrustPages(deps, ASSETS.loaded)
  PAGES.set(deps, pages)
  return pages
}
