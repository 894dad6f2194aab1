import { parseCheckpoint } from '../../../engines/tlog/checkpoint.ts'
import { parseNote } from '../../../engines/tlog/note.ts'
import { Entity } from '../../../kernel/http/entity.ts'
import type { RouteDeps } from '../../../kernel/http/route.ts'
import { type PageCopy, renderPage } from '../../../trust-page/page.ts'
import type { Standing } from '../../../trust-page/words.ts'
import type { Lang } from '../../../verifier/result.ts'
import { atomFeed } from '../feed/atom.ts'
import { SealedChanges } from '../feed/sealed-changes.ts'
import { expired } from '../statement/document.ts'
import { publishedNote, type Source, type SourceDeps, sourceOf } from '../statement/source.ts'
import { type Assets, loadAssets } from './assets.ts'
import { type Publisher, publisherOf } from './publisher.ts'

/** The page and its data, as they are sent until something changes. */
export interface Pages {
  readonly html: Readonly<Record<Lang, Entity>>
  readonly json: Entity
  /** Until when it holds what the pages show; null: nothing is sealed. */
  readonly validUntil: string | null
}

export type PageDeps = SourceDeps & Pick<RouteDeps, 'signIn'>
export type Feeds = Readonly<Record<Lang, Entity>>

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
  readonly #deps: PageDeps
  readonly #copy: PageCopy | null
  #changes: SealedChanges | null = null
  #publisher: Publisher | null = null
  #source: Source | null = null
  #lookedAt = Number.NEGATIVE_INFINITY
  #looking: Promise<Source> | null = null
  #pages: Pages | null = null
  #madeOf: { readonly source: Source; readonly standing: Standing; readonly turn: number } | null = null
  #feeds: { readonly source: Source; readonly feeds: Feeds } | null = null

  /** @param copy - null: the live pages */
  constructor(deps: PageDeps, assets: Assets, copy: PageCopy | null = null) {
    this.#deps = deps
    this.#copy = copy
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
      const { demo } = document
      const [publisher, copy, { seal }] = [this.#publisher, this.#copy, source]
      const input = { lang, document, standing, seal, now, assets: this.assets.page, publisher, demo, copy }
      return new Entity('text/html; charset=utf-8', renderPage(input))
    }
    this.#pages = {
      html: { de: page('de'), en: page('en') },
      json: new Entity('application/json; charset=utf-8', JSON.stringify(document)),
      validUntil: document.valid_until,
    }
    this.#madeOf = { source, standing, turn }
    return this.#pages
  }

  /** What changed, as feeds. Made anew when the published checkpoint changes. */
  async feed(): Promise<Feeds> {
    const source = await this.#currentSource()
    if (this.#feeds?.source === source) return this.#feeds.feeds
    const { evidence, policy, signIn, demo, clock, database } = this.#deps
    if (evidence !== null) this.#changes ??= new SealedChanges(database.stage('bf_publish'), evidence)
    const size = source.note === null ? 0 : parseCheckpoint(parseNote(source.note).text).size
    const changes = (await this.#changes?.upTo(size)) ?? []
    const told = {
      url: signIn.url,
      origin: evidence?.identity.origin ?? 'bergfried.invalid',
      publisher: this.#publisher?.name ?? null,
      policy,
      changes,
      at: source.standing === 'sealed' ? source.document.generatedAt : clock.now().toISOString(),
      demo,
    }
    const feed = (lang: Lang): Entity => new Entity('application/atom+xml; charset=utf-8', atomFeed({ lang, ...told }))
    const feeds = { de: feed('de'), en: feed('en') }
    this.#feeds = { source, feeds }
    return feeds
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
      if (known === null || known.note !== note) {
        this.#source = await sourceOf(this.#deps, note)
        this.#publisher = await publisherOf(this.#deps.database.stage('bf_publish'), this.#copy !== null)
      }
    } catch (error) {
      // What was sealed stays sealed until it runs out, also while the database or the store cannot be asked.
      if (known === null) throw error
    }
    this.#lookedAt = now
    return this.#source ?? (await sourceOf(this.#deps, null))
  }
}

function standingAt({ standing, document }: Source, now: Date): Standing {
  const over = document.valid_until !== null && now.getTime() >= Date.parse(document.valid_until)
  return standing === 'sealed' && over ? 'expired' : standing
}

const ASSETS: { loaded: Assets | null } = { loaded: null }
const PAGES = new WeakMap<PageDeps, TrustPages>()

/** The pages that all routes of one server share. */
export function pagesOf(deps: PageDeps): TrustPages {
  ASSETS.loaded ??= loadAssets()
  const pages = PAGES.get(deps) ?? new TrustPages(deps, ASSETS.loaded)
  PAGES.set(deps, pages)
  return pages
}
