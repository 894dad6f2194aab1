import type { Formula, RuleSet } from '../../engines/packetspace/ir.ts'

const FIELDS: Readonly<Record<string, readonly [string, number]>> = {
  src4: ['src', 32],
  dst4: ['dst', 32],
  sport: ['sport', 16],
  dport: ['dport', 16],
  proto: ['proto', 8],
  ctState: ['ct', 3],
}

/** A formula of single fields in SMT-LIB 2.6, bit vectors for fields. */
function term(f: Formula): string {
  if (f.op === 'and') return `(and ${f.of.map(term).join(' ')})`
  if (f.op !== 'in') throw new Error(`the benchmark has no "${f.op}"`)
  const [name, width] = FIELDS[f.field] ?? ['?', 0]
  const parts = f.ranges.map(({ lo, hi }) =>
    lo === hi
      ? `(= ${name} (_ bv${lo} ${width}))`
      : `(and (bvule (_ bv${lo} ${width}) ${name}) (bvule ${name} (_ bv${hi} ${width})))`,
  )
  return parts.length === 1 ? (parts[0] ?? 'false') : `(or ${parts.join(' ')})`
}

/** "Is some packet of the question accepted?" as a script; first match wins, the rest is dropped. */
export function smtScript(rules: RuleSet, question: Formula): string {
  const [chain] = rules.chains.values()
  const list = chain?.rules ?? []
  const lines = Object.values(FIELDS).map(([name, width]) => `(declare-const ${name} (_ BitVec ${width}))`)
  lines.push(`(define-fun r${list.length} () Bool false)`)
  for (let i = list.length - 1; i >= 0; i--) {
    const [branch] = list[i]?.branches ?? []
    if (branch !== undefined)
      lines.push(`(define-fun r${i} () Bool (ite ${term(branch.match)} ${branch.action.kind === 'accept'} r${i + 1}))`)
  }
  lines.push(`(assert ${term(question)})`, '(assert r0)')
  return lines.join('\n')
}
