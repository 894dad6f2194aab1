// Asks Z3 one question in a process of its own: MODULE SCRIPT LIMIT_MS. Prints the answer and the milliseconds.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

interface Solver {
  set(name: string, value: number): void
  fromString(text: string): void
  check(): Promise<string>
}
interface Z3 {
  init(): Promise<{ Context: (name: string) => { Solver: new () => Solver } }>
}

const [folder = '', script = '', limit = '0'] = process.argv.slice(2)
const { init } = createRequire(`${folder}/`)('z3-solver') as Z3
const { Context } = await init()
const { Solver } = Context('main')
const solver = new Solver()
solver.set('timeout', Number(limit))
const began = performance.now()
solver.fromString(readFileSync(script, 'utf8'))
const answer = await solver.check()
process.stdout.write(JSON.stringify({ answer, ms: performance.now() - began }))
process.exit(0)
