import { type SigmaEvent, valueAt } from './event-fields.ts'

export type Getter = (event: SigmaEvent) => unknown

/**
 * A function for `valueAt` of some paths. Names of `Object.prototype` are looked up with care: `constructor` is no field of an
 * event that lacks it.
 */
export function getterOf(paths: readonly string[]): Getter {
  const [only] = paths
  if (paths.length === 1 && only !== undefined && !only.includes('.') && !(only in Object.prototype)) {
    return (event) => event[only]
  }
  if (paths.every((path) => !path.split('.').some((name) => name in Object.prototype) && !(path in Object.prototype))) {
    const getters = paths.map(plainPath)
    const [first, second] = getters
    if (first !== undefined && second === undefined) return first
    return (event) => {
      for (const get of getters) {
        const value = get(event)
        if (value !== undefined) return value
      }
      return undefined
    }
  }
  return (event) => valueAt(event, paths)
}

/** Two names are the usual depth; lists and dotted names on the way are left to the general search. */
function plainPath(path: string): Getter {
  const names = path.split('.')
  const [head = '', tail = ''] = names
  if (names.length === 1) return (event) => event[head]
  const one = [path]
  if (names.length > 2) return (event) => valueAt(event, one)
  return (event) => {
    const whole = event[path]
    if (whole !== undefined) return whole
    const inner = event[head]
    if (typeof inner !== 'object' || inner === null) return undefined
    if (Array.isArray(inner)) return valueAt(event, one)
    return (inner as SigmaEvent)[tail]
  }
}
