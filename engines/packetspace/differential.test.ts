import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FALSE } from './bdd.ts'
import { boxesOf, boxSet } from './boxes.ts'
import { difference } from './difference.ts'
import { evaluate, interpret } from './interpret.ts'
import type { Chain, Family, RuleSet } from './ir.ts'
import { interfacesOf, PacketSpace } from './packet-fields.ts'
import { contains } from './packet-point.ts'
import { Prover } from './prover.ts'
import { reviewRules } from './review.ts'
import { Analysis } from './summary.ts'
import { randomNumbers, randomPacket, randomQuestion, randomRuleSet } from './testing/random-rules.ts'

const RUNS = { numRuns: 150 }
const seeds = fc.integer({ min: 0, max: 2 ** 32 - 1 })
const families: Family[] = ['ip4', 'ip6']

function spaceOf(family: Family, ...rules: RuleSet[]): PacketSpace {
  return new PacketSpace(family, interfacesOf(...rules))
}

/** The same rule set without one rule. */
function without(rules: RuleSet, id: string): RuleSet {
  const chains = [...rules.chains].map(([key, chain]): [string, Chain] => [
    key,
    { ...chain, rules: chain.rules.filter((r) => r.id !== id) },
  ])
  return { ...rules, chains: new Map(chains) }
}

describe('sets of packets against packets one by one', () => {
  it('both bounds of a hook are those of the interpreter, for every packet', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const random = randomNumbers(seed)
        const rules = randomRuleSet(random)
        for (const family of families) {
          const space = spaceOf(family, rules)
          const hook = new Analysis(space, rules).hook('forward')
          for (let i = 0; i < 60; i++) {
            const packet = randomPacket(random, family)
            const may = [contains(space, hook.mayAccept, packet), contains(space, hook.mayDrop, packet)]
            const { verdict } = interpret(rules, 'forward', packet)
            expect(may).toEqual([verdict !== 'drop', verdict !== 'accept'])
          }
        }
      }),
      RUNS,
    )
  })

  it('an answer holds for the packets of its question, and its witnesses are judged as it says', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const random = randomNumbers(seed)
        const rules = randomRuleSet(random)
        const question = randomQuestion(random)
        const answer = new Prover(rules, 'ip4').reach('forward', question)
        if (answer.accepted !== undefined) expect(answer.accepted.verdict).not.toBe('drop')
        if (answer.dropped !== undefined) expect(answer.dropped.verdict).not.toBe('accept')
        for (const found of [answer.accepted, answer.dropped, answer.undecided])
          if (found !== undefined) expect(evaluate(question, found.packet)).toBe(true)
        for (let i = 0; i < 60; i++) {
          const packet = randomPacket(random, 'ip4')
          if (evaluate(question, packet) !== true) continue
          expect(answer.verdict).not.toBe('empty')
          const { verdict } = interpret(rules, 'forward', packet)
          if (answer.verdict === 'never') expect(verdict).toBe('drop')
          if (answer.verdict === 'always') expect(verdict).toBe('accept')
        }
      }),
      RUNS,
    )
  })

  it('slices answer as the whole does', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const random = randomNumbers(seed)
        const rules = randomRuleSet(random, 12)
        for (const family of families) {
          const [whole, slice] = (['whole', 'slice'] as const).map((mode) => new Prover(rules, family, { mode }))
          for (let i = 0; i < 3; i++) {
            const question = randomQuestion(random)
            expect(slice?.reach('forward', question)).toEqual(whole?.reach('forward', question))
          }
        }
      }),
      RUNS,
    )
  })

  it('a rule that is called dead acts on no packet, and one that is called redundant changes none', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const random = randomNumbers(seed)
        const rules = randomRuleSet(random, 10)
        const findings = reviewRules(new Analysis(spaceOf('ip4', rules), rules))
        const dead = new Set(
          findings.flatMap((f) => (['unreachable', 'impossible', 'shadowed'].includes(f.state) ? [f.rule.id] : [])),
        )
        const redundant = findings.filter((f) => f.state === 'redundant').map((f) => without(rules, f.rule.id))
        for (let i = 0; i < 60; i++) {
          const packet = randomPacket(random, 'ip4')
          const { verdict, path } = interpret(rules, 'forward', packet)
          expect(path.filter((id) => dead.has(id))).toEqual([])
          for (const rest of redundant) expect(interpret(rest, 'forward', packet).verdict).toBe(verdict)
        }
      }),
      RUNS,
    )
  })

  it('boxes are together exactly the set they were made of', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const random = randomNumbers(seed)
        const rules = randomRuleSet(random, 3)
        const space = spaceOf('ip4', rules)
        const { mayAccept } = new Analysis(space, rules).hook('forward')
        const { boxes, complete } = boxesOf(space, mayAccept, 2000)
        const union = space.bdd.any(boxes.map((b) => boxSet(space, b)))
        expect(space.bdd.minus(union, mayAccept)).toBe(FALSE)
        if (complete) expect(space.bdd.minus(mayAccept, union)).toBe(FALSE)
      }),
      { numRuns: 60 },
    )
  })

  it('a rule set equals itself, and the witness of a difference is judged differently', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const random = randomNumbers(seed)
        const before = randomRuleSet(random)
        const all = [...before.chains.values()].flatMap((c) => c.rules)
        const after = without(before, all[random(all.length)]?.id ?? '')
        const space = spaceOf('ip4', before, after)
        expect(difference(space, before, before, 'forward').verdict).toBe('equal')
        const { opened, closed, verdict } = difference(space, before, after, 'forward')
        for (const [region, now] of [
          [opened, 'accept'],
          [closed, 'drop'],
        ] as const) {
          if (region.witness === undefined || region.certain === FALSE) continue
          const then = interpret(before, 'forward', region.witness).verdict
          expect(['undecided', now === 'accept' ? 'drop' : 'accept']).toContain(then)
          expect(['undecided', now]).toContain(interpret(after, 'forward', region.witness).verdict)
        }
        if (verdict !== 'equal') return
        for (let i = 0; i < 60; i++) {
          const packet = randomPacket(random, 'ip4')
          const verdicts = [before, after].map((rules) => interpret(rules, 'forward', packet).verdict)
          if (!verdicts.includes('undecided')) expect(verdicts[0]).toBe(verdicts[1])
        }
      }),
      RUNS,
    )
  })
})
