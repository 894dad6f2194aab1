/** An event: what `JSON.parse` gives for an object. */
export type SigmaEvent = Readonly<Record<string, unknown>>

/** Objects behind a path may lie in lists; a list of lists of … ends here. */
const MAX_DEPTH = 16

/**
 * The value at the first path that the event has, undefined where it has none. A path is tried as one name first, then dot
 * by dot, so that `{"a.b": 1}` and `{"a": {"b": 1}}` both have `a.b`. Lists of objects on the way give a list of values.
 */
export function valueAt(event: SigmaEvent, paths: readonly string[]): unknown {
  for (const path of paths) {
    const value = follow(event, path, 0)
    if (value !== undefined) return value
  }
  return undefined
}

function follow(from: unknown, path: string, depth: number): unknown {
  if (typeof from !== 'object' || from === null || depth > MAX_DEPTH) return undefined
  if (Array.isArray(from)) {
    const values: unknown[] = []
    for (const item of from) {
      const value = follow(item, path, depth + 1)
      if (value !== undefined) values.push(value)
    }
    return values.length === 0 ? undefined : values.flat(1)
  }
  if (Object.hasOwn(from, path)) return (from as SigmaEvent)[path]
  for (let dot = path.indexOf('.'); dot >= 0; dot = path.indexOf('.', dot + 1)) {
    const head = path.slice(0, dot)
    if (!Object.hasOwn(from, head)) continue
    const value = follow((from as SigmaEvent)[head], path.slice(dot + 1), depth + 1)
    if (value !== undefined) return value
  }
  return undefined
}

/** A scalar as the text that rules compare; null for null, maps and lists. */
export function textOf(value: unknown): string | null {
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint') return String(value)
  return null
}

/** The scalars of a value: its own, or those of a list and of the lists in it. */
export function textsOf(value: unknown): string[] {
  if (!Array.isArray(value)) {
    const text = textOf(value)
    return text === null ? [] : [text]
  }
  const texts: string[] = []
  const open: unknown[] = [...value].reverse()
  while (open.length > 0) {
    const next = open.pop()
    if (Array.isArray(next)) for (let i = next.length - 1; i >= 0; i--) open.push(next[i])
    else {
      const text = textOf(next)
      if (text !== null) texts.push(text)
    }
  }
  return texts
}

/** Every scalar of an event, for keywords. */
export function allTexts(event: SigmaEvent): string[] {
  const texts: string[] = []
  eachText(event, (text) => texts.push(text))
  return texts
}

/**
 * Visits every scalar of an event of at least some length as text. Without recursion: an event may be nested as deep as it
 * likes.
 */
export function eachText(event: SigmaEvent, visit: (text: string) => void, shortest = 0): void {
  const open: object[] = []
  // Whole numbers below have fewer digits than is asked for, with their sign.
  const small = shortest < 3 ? 0 : 10 ** Math.min(15, shortest - 2)
  for (let from: object | undefined = event; from !== undefined; from = open.pop()) {
    if (Array.isArray(from)) for (const item of from) look(item, open, visit, shortest, small)
    else for (const key in from) look((from as SigmaEvent)[key], open, visit, shortest, small)
  }
}

function look(value: unknown, open: object[], visit: (text: string) => void, shortest: number, small: number): void {
  if (typeof value === 'string') {
    if (value.length >= shortest) visit(value)
  } else if (typeof value === 'object') {
    if (value !== null) open.push(value)
  } else {
    if (typeof value === 'number' && Number.isInteger(value) && value < small && value > -small) return
    const text = textOf(value)
    if (text !== null && text.length >= shortest) visit(text)
  }
}
