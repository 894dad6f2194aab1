import type { Value } from './address.ts'
import type { Family, Formula, RuleSet } from './ir.ts'
import type { Skip } from './summary.ts'

/** Lowest and highest value of each field that can match, in turn: target, source, target port, source port, protocol. */
export type Hull = Float64Array

const FIELDS = 5
const WIDTH = 2 * FIELDS
const PLACE: Readonly<Record<string, number>> = { dst4: 0, src4: 1, dst6: 0, src6: 1, dport: 2, sport: 3, proto: 4 }

/** Addresses of IPv6 by their upper 52 bits: rounded down, so that a hull is never too small. */
const scaled = (value: Value): number => (typeof value === 'number' ? value : Number(value >> 76n))

const whole = (): Hull => {
  const hull = new Float64Array(WIDTH)
  for (let i = 1; i < WIDTH; i += 2) hull[i] = Number.POSITIVE_INFINITY
  return hull
}
const nothing = (): Hull => {
  const hull = new Float64Array(WIDTH)
  for (let i = 0; i < WIDTH; i += 2) hull[i] = Number.POSITIVE_INFINITY
  for (let i = 1; i < WIDTH; i += 2) hull[i] = Number.NEGATIVE_INFINITY
  return hull
}

/** The smallest box around a formula that can be read off it; the formula may hold for less, never for more. */
export function hullOf(f: Formula, family: Family): Hull {
  switch (f.op) {
    case 'false':
      return nothing()
    case 'family':
      return f.is === family ? whole() : nothing()
    case 'in': {
      const place = PLACE[f.field]
      if (place === undefined) return whole()
      if (/[46]$/.test(f.field) && f.field.endsWith('4') !== (family === 'ip4')) return nothing()
      let lo = Number.POSITIVE_INFINITY
      let hi = Number.NEGATIVE_INFINITY
      for (const range of f.ranges) {
        lo = Math.min(lo, scaled(range.lo))
        hi = Math.max(hi, scaled(range.hi))
      }
      const hull = whole()
      hull[2 * place] = lo
      hull[2 * place + 1] = hi
      return hull
    }
    case 'and':
    case 'or': {
      const hull = f.op === 'and' ? whole() : nothing()
      const [low, high] = f.op === 'and' ? [Math.max, Math.min] : [Math.min, Math.max]
      for (const part of f.of) {
        const of = hullOf(part, family)
        for (let i = 0; i < WIDTH; i += 2) {
          hull[i] = low(hull[i] as number, of[i] as number)
          hull[i + 1] = high(hull[i + 1] as number, of[i + 1] as number)
        }
      }
      return hull
    }
    default:
      return whole()
  }
}

/** The hulls of all rules of a rule set, one typed array per chain: finding the rules that can meet a question takes comparisons only. */
export class RuleIndex {
  readonly #hulls = new Map<string, Float64Array>()

  constructor(rules: RuleSet, family: Family) {
    for (const [key, chain] of rules.chains) {
      const hulls = new Float64Array(chain.rules.length * WIDTH)
      for (const [i, rule] of chain.rules.entries())
        hulls.set(hullOf({ op: 'or', of: rule.branches.map((b) => b.match) }, family), i * WIDTH)
      this.#hulls.set(key, hulls)
    }
  }

  /** Which rules cannot meet a question. */
  skip(question: Hull): Skip {
    return (chain, index) => {
      const hulls = this.#hulls.get(chain)
      if (hulls === undefined) return false
      const at = index * WIDTH
      for (let i = 0; i < WIDTH; i += 2) {
        if ((hulls[at + i] as number) > (question[i + 1] as number)) return true
        if ((hulls[at + i + 1] as number) < (question[i] as number)) return true
      }
      return false
    }
  }
}
