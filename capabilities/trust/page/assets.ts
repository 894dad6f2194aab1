import { createHash } from 'node:crypto'
import { globSync, readFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { join, posix } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Entity } from '../../../kernel/http/entity.ts'
import { ICON } from '../../../trust-page/marks.ts'
import type { PageAssets } from '../../../trust-page/page.ts'

const HOME = fileURLToPath(new URL('../../../', import.meta.url))
const SCRIPT = 'trust-page/browser/main.ts'
const STYLE = 'trust-page/style/trust.css'
const ICON_PATH = 'trust-page/icon.svg'

/** The files that the page loads, by their path in the source. */
export interface Assets {
  readonly page: PageAssets
  /** Changes with every byte of them; part of their address, so that they may be kept for ever. */
  readonly version: string
  find(path: string): Entity | null
  readonly all: ReadonlyMap<string, Entity>
}

const IMPORT = /(?:^|\n)\s*(?:import|export)\s(?:[^'";]*?\sfrom\s)?['"](\.[^'"\n]+)['"]/g

/**
 * The page's script and all that it imports: the very files of the verifier, with nothing but their types taken out, so
 * that anybody can compare them with the source.
 */
export function modules(entry: string, read: (path: string) => string): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  const waiting = [entry]
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (found.has(path)) continue
    const code = stripTypeScriptTypes(read(path), { mode: 'strip' })
    found.set(path, code)
    for (const [, to = ''] of code.matchAll(IMPORT)) waiting.push(posix.join(posix.dirname(path), to))
  }
  return found
}

const readSource = (path: string): string => readFileSync(join(HOME, path), 'utf8')

/** Reads everything, once, when the server starts. */
export function loadAssets(): Assets {
  const scripts = modules(SCRIPT, readSource)
  const styles = globSync('trust-page/style/*.css', { cwd: HOME }).sort()
  const entities = new Map<string, Entity>([
    ...[...scripts].map(([path, code]) => [path, new Entity('text/javascript; charset=utf-8', code)] as const),
    [STYLE, new Entity('text/css; charset=utf-8', styles.map(readSource).join('\n'))],
    [ICON_PATH, new Entity('image/svg+xml', ICON)],
  ])
  const all = [...entities].sort(([a], [b]) => (a < b ? -1 : 1))
  const digest = createHash('sha256')
  for (const [path, { body }] of all) digest.update(`${path}\n${body.length}\n`).update(body)
  const version = digest.digest('hex').slice(0, 16)
  const at = (path: string): string => `/trust/assets/${version}/${path}`
  return {
    version,
    page: {
      style: at(STYLE),
      script: at(SCRIPT),
      icon: at(ICON_PATH),
      modules: [...scripts.keys()].filter((path) => path !== SCRIPT).map(at),
    },
    find: (path) => entities.get(path) ?? null,
    all: entities,
  }
}
