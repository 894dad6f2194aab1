import { type Action, ALWAYS, type BlindSpotCode, type Branch, both, either, type Formula, NEVER } from './ir.ts'
import { isObject, type Json, type JsonObject, keyOf } from './nft-keys.ts'
import { type MatchContext, matchFormula, opaqueParts, testElement } from './nft-match.ts'
import { natTarget } from './nft-nat.ts'

/** The table a rule stands in. */
export interface StatementContext extends MatchContext {
  readonly family: string
  /** Key of a chain of the table. */
  readonly chain: (name: string) => string
  readonly spot: (code: BlindSpotCode, text: string) => void
  /** A name for what answers for itself in every place: the chain, the text, and a number from the second of its kind. */
  readonly name: (text: string) => string
}

const ALL = ['pass', 'accept', 'drop', 'return'] as const
/** Statements that neither match nor judge. */
const SILENT = ['counter', 'log', 'last', 'ct helper', 'ct timeout', 'ct expectation', 'secmark', 'comment', 'dup']
/** Statements that ask a state which changes with every packet. */
const STATEFUL = ['limit', 'quota', 'ct count', 'connlimit', 'meter', 'set', 'map']

/**
 * The statements of one rule (libnftables-json(5)) as branches. A verdict map gives a branch per element; its elements that say
 * `continue` go on with the statements behind it, a miss ends the rule.
 */
export function readStatements(expr: readonly Json[], context: StatementContext) {
  const branches: Branch[] = []
  const effects = new Set<string>()
  let condition: Formula = ALWAYS
  const require = (f: Formula): void => {
    for (const { key, stateful } of opaqueParts(f)) context.spot(stateful ? 'stateful-match' : 'opaque-match', key)
    condition = both(condition, f)
  }
  const end = (action: Action): void => {
    branches.push({ match: condition, action })
    condition = NEVER
  }
  for (const statement of expr) {
    const [name = '', body = null, ...more] = isObject(statement) ? Object.entries(statement).flat(1) : ['', null]
    if (typeof name !== 'string' || more.length > 0) {
      end(unknown(statement, context))
      break
    }
    const action = verdictOf(name, body as Json, context)
    if (name === 'match' && isObject(body as Json)) require(matchFormula(body as JsonObject, context))
    else if (action !== undefined) {
      if (action.kind === 'nat') {
        effects.add('nat')
        // A statement that writes an address of one family does nothing to packets of the other, which go on to the next rule.
        if (action.to.family !== undefined) require({ op: 'family', is: action.to.family })
      }
      // `continue` ends nothing.
      if (action.kind !== 'none') end(action)
    } else if (name === 'vmap') {
      const on = verdictMap(body as Json, condition, branches, context)
      if (on === undefined) {
        end(unknown(statement, context))
        break
      }
      condition = on
    } else if (STATEFUL.includes(name)) {
      if (name !== 'limit' && name !== 'quota') effects.add('set')
      require({ op: 'opaque', key: context.name(JSON.stringify(statement)), stateful: true })
    } else if (name === 'mangle') effects.add('mangle')
    else if (name === 'notrack') effects.add('notrack')
    else if (name === 'flow') {
      effects.add('flow')
      context.spot('flowtable', JSON.stringify(body))
    } else if (name === 'xt') {
      const target = xtStatement(body as Json, require, context)
      if (target !== undefined) end(target)
    } else if (!SILENT.includes(name)) {
      end(unknown(statement, context))
      break
    }
    if (condition.op === 'false') break
  }
  // Without a verdict the rule still counts, logs or marks what it matches.
  if (condition.op !== 'false') branches.push({ match: condition, action: { kind: 'none' } })
  return { branches, effects: [...effects] }
}

function unknown(statement: Json, context: StatementContext): Action {
  const text = context.name(JSON.stringify(statement))
  context.spot('unknown-verdict', text)
  return { kind: 'unknown', text, may: ALL }
}

function verdictOf(name: string, body: Json, context: StatementContext): Action | undefined {
  switch (name) {
    case 'accept':
    case 'drop':
    case 'return':
      return { kind: name }
    case 'reject':
      return { kind: 'drop' }
    case 'continue':
      return { kind: 'none' }
    case 'jump':
    case 'goto': {
      const target = isObject(body) ? body['target'] : undefined
      return typeof target === 'string' ? { kind: name, chain: context.chain(target) } : undefined
    }
    case 'queue': {
      const text = context.name('queue')
      context.spot('unknown-verdict', text)
      return { kind: 'unknown', text, may: ['accept', 'drop'] }
    }
    case 'dnat':
    case 'snat':
    case 'masquerade':
    case 'redirect':
      return { kind: 'nat', to: natTarget(name, body, context.family) }
  }
  return undefined
}

/** Adds the branches of a verdict map. Returns the condition under which the rule goes on, or undefined where it is unreadable. */
function verdictMap(
  body: Json,
  condition: Formula,
  branches: Branch[],
  context: StatementContext,
): Formula | undefined {
  if (!isObject(body)) return undefined
  const { key: left = null, data = null } = body
  const key = keyOf(left)
  const elements =
    typeof data === 'string' && data.startsWith('@')
      ? context.elements(data.slice(1))
      : isObject(data)
        ? data['set']
        : undefined
  if (key === undefined || context.written(left) || !Array.isArray(elements)) return undefined
  const found: Branch[] = []
  const on: Formula[] = []
  for (const element of elements as readonly Json[]) {
    const [value = null, verdict = null] = Array.isArray(element) ? (element as readonly Json[]) : []
    const test = testElement(key, value)
    const [name] = isObject(verdict) ? Object.keys(verdict) : []
    const action = name === undefined ? undefined : verdictOf(name, (verdict as JsonObject)[name] ?? null, context)
    if (test === undefined || action === undefined) return undefined
    const match = both(condition, key.guard, test)
    if (action.kind === 'none') on.push(match)
    else found.push({ match, action })
  }
  branches.push(...found)
  return either(...on)
}

/** An extension of iptables, whose parameters the JSON hides. */
function xtStatement(body: Json, require: (f: Formula) => void, context: StatementContext): Action | undefined {
  const type = isObject(body) ? body['type'] : undefined
  const name = isObject(body) ? String(body['name']) : '?'
  if (type === 'match') {
    if (name !== 'comment') require({ op: 'opaque', key: context.name(`xt match ${name}`), stateful: true })
    return undefined
  }
  if (type === 'target' && (name === 'LOG' || name === 'NFLOG')) return undefined
  return unknown({ xt: body }, context)
}
