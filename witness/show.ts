import { resolve } from 'node:path'
import { problem } from './errors.ts'
import { readFolder } from './open.ts'
import { needed, optional, type Values } from './options.ts'
import { reportOf, reportText } from './report.ts'
import type { Terminal } from './terminal.ts'

/** Prints who a witness is, what it has seen and what speaks against a log. It may be running meanwhile. */
export async function showWitness(terminal: Terminal, cwd: string, values: Values): Promise<void> {
  const format = optional(values, 'format') ?? 'text'
  if (format !== 'text' && format !== 'json') {
    throw problem('usage', '--format', 'possible are text and json', 'möglich sind text und json')
  }
  const opened = await readFolder(resolve(cwd, needed(values, 'folder')))
  const report = reportOf(opened, new Map())
  terminal.out(format === 'json' ? JSON.stringify(report, null, 2) : reportText(report, terminal.lang))
}
