// `npm test`: installs what tests need where it may, runs them all, and ends with `N passed, N failed`.
import { spawnSync } from 'node:child_process'
import { startVitest } from 'vitest/node'
import { ClosingReporter } from './closing-reporter.ts'

/** What the project does not install itself: a Go toolchain for foreign readers, data under foreign licences. Told by name. */
const EXCUSED = /\(needs (Go|\.\.\/shared\/data)\)/

const filters = process.argv.slice(2)
if (process.platform === 'linux') spawnSync('sh', ['tools/install-test-packages.sh'], { stdio: ['ignore', 2, 2] })

const closing = new ClosingReporter()
const vitest = await startVitest('test', filters, { watch: false, run: true, reporters: ['default', closing] })
await vitest.close()

const { passed, failed, skipped } = closing.counts
for (const name of skipped) process.stdout.write(`skipped: ${name}\n`)
const nothing = passed + failed === 0
const unexcused = process.env['CI'] === 'true' ? skipped.filter((name) => !EXCUSED.test(name)) : []
if (unexcused.length > 0) process.stdout.write('CI=true: a skipped test is a failure\n')
if (nothing) process.stdout.write('no test ran\n')
process.stdout.write(`${passed} passed, ${failed} failed${skipped.length > 0 ? `, ${skipped.length} skipped` : ''}\n`)
process.exit(failed > 0 || nothing || unexcused.length > 0 ? 1 : 0)
