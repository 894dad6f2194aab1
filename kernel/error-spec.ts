import type { Text } from './i18n/text.ts'

/** How an error reaches the outside. `http` and `exit` are fixed per code, never chosen at the throw site. */
export interface ErrorSpec {
  readonly http: 400 | 401 | 403 | 404 | 409 | 413 | 422 | 429 | 500 | 502 | 503 | 507
  readonly exit: 1 | 2 | 3
  /** What happened, where, and what the reader can do next. `{name}` stands for `detail.name`. */
  readonly text: Text
}
