import { enableCompileCache } from 'node:module'

// Compiled code is kept between runs: a third off the start.
enableCompileCache()

const { runCommandLine } = await import('./run.ts')
process.exitCode = await runCommandLine(process.argv.slice(2))
