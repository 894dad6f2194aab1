import { parseNet } from '../address.ts'
import { both, type CtState, ctIs, type Formula, inRange } from '../ir.ts'

/** "TCP, new, from here to there on this port". */
export function tcp(from: string, to: string, port: number, ct: CtState = 'new'): Formula {
  return both(
    net('src', from),
    net('dst', to),
    inRange('proto', 6),
    inRange('dport', port),
    inRange('fragment', 0),
    ctIs(ct),
  )
}

export function net(end: 'src' | 'dst', text: string): Formula {
  const { family, range } = parseNet(text)
  return { op: 'in', field: `${end}${family === 'ip4' ? '4' : '6'}`, ranges: [range] }
}
