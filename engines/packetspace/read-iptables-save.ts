import { malformed } from './errors.ts'
import { ARITY, type Option, optionFormula } from './iptables-matches.ts'
import { type IptablesTarget, targetAction } from './iptables-targets.ts'
import type { BaseChain, BlindSpot, Branch, Chain, Family, Formula, Rule, RuleSet } from './ir.ts'
import { both } from './ir.ts'
import { nameIn } from './opaque-names.ts'

const HOOKS: Readonly<Record<string, BaseChain['hook']>> = {
  PREROUTING: 'prerouting',
  INPUT: 'input',
  FORWARD: 'forward',
  OUTPUT: 'output',
  POSTROUTING: 'postrouting',
}
const PRIORITIES: Readonly<Record<string, number>> = { raw: -300, mangle: -150, filter: 0, security: 50 }
/** Matches that ask nothing but the packet and what stands still while it passes. Everything unknown counts as stateful. */
const STATELESS =
  /^(addrtype|mac|owner|physdev|pkttype|length|ttl|hl|dscp|tos|ecn|string|u32|bpf|policy|rpfilter|time|devgroup|ipv6header|ipv6-header|rt|frag|hbh|dst|ah|esp|socket|realm|helper|mark|connmark|set|conntrack|state|tcp|udp|icmp|icmp6|icmpv6|multiport|iprange)$/
/** Targets that write what a match reads. */
const WRITERS: Readonly<Record<string, readonly string[]>> = {
  MARK: ['mark', 'connmark'],
  CONNMARK: ['mark', 'connmark'],
  SET: ['set'],
  DSCP: ['dscp', 'tos'],
  TOS: ['dscp', 'tos'],
  TTL: ['ttl'],
  HL: ['hl'],
}
const CONNTRACK =
  /-m (state|conntrack|connmark|connlimit|connbytes|helper)\b|-j (DNAT|SNAT|MASQUERADE|REDIRECT|NETMAP|CONNMARK)\b/

interface Draft {
  readonly table: string
  readonly base?: BaseChain
  readonly rules: Rule[]
}

/**
 * The output of `iptables-save` (`ip4`) or `ip6tables-save` (`ip6`) as a rule set. Chains have keys as in `ip filter/INPUT`.
 *
 * @throws PacketspaceError `malformed` with the line
 */
export function readIptablesSave(text: string, family: Family): RuleSet {
  const reader = new Reader(text, family)
  for (const [i, line] of text.split('\n').entries()) reader.line(line.trim(), i + 1)
  return reader.done()
}

class Reader {
  readonly #family: Family
  readonly #conntrack: boolean
  readonly #written: ReadonlySet<string>
  readonly #spots: BlindSpot[] = []
  readonly #chains = new Map<string, Draft>()
  readonly #names = new Map<string, number>()
  #table = ''

  constructor(text: string, family: Family) {
    this.#family = family
    this.#conntrack = CONNTRACK.test(text)
    this.#written = new Set([...text.matchAll(/-j ([A-Z]+)/g)].flatMap((m) => WRITERS[m[1] ?? ''] ?? []))
  }

  line(line: string, number: number): void {
    if (line === '' || line.startsWith('#') || line === 'COMMIT') return
    if (line.startsWith('*')) {
      this.#table = line.slice(1).trim()
      return
    }
    if (this.#table === '') throw malformed(`line ${number} stands in no table`)
    if (line.startsWith(':')) this.#declare(line.slice(1), number)
    else this.#rule(line.replace(/^\[\d+:\d+\]\s*/, ''), number)
  }

  done(): RuleSet {
    const chains = new Map<string, Chain>()
    for (const [key, { base, rules }] of this.#chains)
      chains.set(key, { key, families: [this.#family], ...(base === undefined ? {} : { base }), rules })
    return { chains, conntrack: this.#conntrack, blindSpots: this.#spots }
  }

  #key(chain: string): string {
    return `${this.#family === 'ip4' ? 'ip' : 'ip6'} ${this.#table}/${chain}`
  }

  #declare(rest: string, number: number): void {
    const [name = '', policy = ''] = rest.split(/\s+/)
    const hook = HOOKS[name]
    if (policy === '-' || policy === '') {
      this.#chains.set(this.#key(name), { table: this.#table, rules: [] })
      return
    }
    if (hook === undefined || (policy !== 'ACCEPT' && policy !== 'DROP'))
      throw malformed(`line ${number}: chain ${name} with policy ${policy}`)
    const nat = this.#table === 'nat'
    const priority = nat ? (hook === 'prerouting' || hook === 'output' ? -100 : 100) : PRIORITIES[this.#table]
    if (priority === undefined) throw malformed(`line ${number}: unknown table ${this.#table}`)
    const type = nat ? 'nat' : this.#table === 'mangle' && hook === 'output' ? 'route' : 'filter'
    const base: BaseChain = { hook, type, priority, policy: policy === 'ACCEPT' ? 'accept' : 'drop' }
    this.#chains.set(this.#key(name), { table: this.#table, base, rules: [] })
  }

  #rule(line: string, number: number): void {
    const place = `line ${number}`
    const words = tokens(line, place)
    const only = words[0] === '-4' ? 'ip4' : words[0] === '-6' ? 'ip6' : undefined
    if (only !== undefined) words.shift()
    if (only !== undefined && only !== this.#family) return
    const [append, name = ''] = words
    if (append !== '-A') throw malformed(`${place}: only -A is known here, not "${append}"`)
    const chain = this.#chains.get(this.#key(name))
    if (chain === undefined) throw malformed(`${place}: chain ${name} is not declared`)
    const id = `${this.#key(name)}#${chain.rules.length}`
    const { match, comment, target } = this.#options(words.slice(2), id, place, nameIn(this.#names, this.#key(name)))
    const { action, effects } = targetAction(target, {
      family: this.#family,
      name: nameIn(this.#names, this.#key(name)),
      chain: (to) => (this.#chains.has(this.#key(to)) ? this.#key(to) : undefined),
      spot: (text) => this.#spots.push({ code: 'unknown-verdict', place: id, text }),
    })
    const branches: Branch[] = [{ match, action }]
    chain.rules.push({ id, text: line, branches, effects, ...(comment === undefined ? {} : { comment }) })
  }

  /** All options in front of the target are one conjunction. */
  #options(words: readonly string[], id: string, place: string, fresh: (text: string) => string) {
    const formulas: Formula[] = []
    let module = ''
    let comment: string | undefined
    let target: IptablesTarget = { name: '', goto: false, options: [] }
    /** What could not be read, by the module it belongs to. */
    const unread: { module: string; words: string[] }[] = []
    for (let i = 0; i < words.length; ) {
      const { option, next } = readOption(words, i)
      i = next
      if (option.name === '-m' || option.name === '--match') {
        module = option.values[0] ?? ''
        // A module that stands alone asks something, too, unless it only brings options.
        if (!/^(tcp|udp|udplite|sctp|dccp|icmp|icmp6|icmpv6|comment|multiport|state|conntrack|iprange)$/.test(module))
          unread.push({ module, words: [] })
      } else if (['-j', '--jump', '-g', '--goto'].includes(option.name)) {
        target = { name: option.values[0] ?? '', goto: option.name.includes('g'), options: words.slice(i) }
        break
      } else {
        if (option.name === '--comment') comment = option.values[0]
        const formula = optionFormula(option, module, this.#family, place)
        if (formula !== undefined) formulas.push(formula)
        else {
          const text = `${option.negated ? '! ' : ''}${option.name} ${option.values.join(' ')}`.trim()
          const open = unread.at(-1)
          if (open?.module === module) open.words.push(text)
          else unread.push({ module, words: [text] })
        }
      }
    }
    for (const { module: of, words: rest } of unread) {
      const stateful = !STATELESS.test(of) || this.#written.has(of)
      const text = `-m ${of} ${rest.join(' ')}`.trim()
      const key = stateful ? fresh(text) : text
      formulas.push({ op: 'opaque', key, stateful })
      this.#spots.push({ code: stateful ? 'stateful-match' : 'opaque-match', place: id, text })
    }
    return { match: both(...formulas), comment, target }
  }
}

/** `! --name value…` or the older `--name ! value`. */
function readOption(words: readonly string[], start: number): { option: Option; next: number } {
  let at = start
  let negated = false
  if (words[at] === '!') {
    negated = true
    at++
  }
  const name = words[at++] ?? ''
  if (words[at] === '!' && !(words[at + 1] ?? '').startsWith('-')) {
    negated = true
    at++
  }
  const values: string[] = []
  const arity = ARITY[name]
  while (at < words.length && (arity === undefined || values.length < arity)) {
    const word = words[at] ?? ''
    if (
      word === '!' ||
      (/^--?[a-zA-Z]/.test(word) && values.length > 0) ||
      (/^--?[a-z]/.test(word) && name !== '--comment')
    )
      break
    values.push(word)
    at++
    if (arity === undefined && ['-m', '-j', '-g', '-s', '-d', '-i', '-o', '-p', '--comment'].includes(name)) break
  }
  return { option: { name, values, negated }, next: at }
}

/** Words, with quotes as iptables-save writes them. */
function tokens(line: string, place: string): string[] {
  const words: string[] = []
  for (const m of line.matchAll(/"((?:[^"\\]|\\.)*)"|(\S+)/g))
    words.push(m[1] === undefined ? (m[2] ?? '') : m[1].replace(/\\(.)/g, '$1'))
  if (words.length === 0) throw malformed(`${place} is empty`)
  return words
}
