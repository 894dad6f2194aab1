import type { Entity } from './entity.ts'

/** The console as it was built: one page, and the files that it loads, whose names change with their content. */
export interface FrontFiles {
  readonly page: Entity
  /** @param path - below `/console/` */
  find(path: string): Entity | null
}
