import { expect, it } from 'vitest'
import { collectFacts } from '../../kernel/testing/collect-facts.ts'
import { memoryTransport } from '../../kernel/testing/memory-transport.ts'
import { hostLogCanaries } from './log-canaries.connector.ts'

const CANARY = 'canary-1234567890ab'
const host = memoryTransport({
  files: {
    '/var/log/postgresql/postgresql-15-main.log': `LOG: statement: insert into integration values (1, '${CANARY}')\n`,
    '/var/log/postgresql/postgresql-15-main.log.1': 'LOG: checkpoint complete\n',
    '/var/log/postgresql/postgresql-15-main.log.2.gz': 'x',
    '/var/log/mysql/error.log': { content: CANARY, denied: true },
    '/var/log/syslog': CANARY,
  },
})
const collect = (canaries: readonly string[]) =>
  collectFacts(
    { ...hostLogCanaries, collect: (target, context) => hostLogCanaries.collect({ ...target, canaries }, context) },
    host,
  )

it('a made-up secret in a log of a database is told by the file alone; what cannot be read is told too', async () => {
  const { rows, text } = await collect([CANARY])
  expect(rows('log_canary')).toEqual([
    { path: '/var/log/postgresql/postgresql-15-main.log', state: 'found' },
    { path: '/var/log/postgresql/postgresql-15-main.log.1', state: 'clean' },
    { path: '/var/log/mysql/error.log', state: 'unreadable' },
  ])
  expect(text).not.toContain(CANARY)
})

it('without canaries nothing is looked at and nothing is called clean', async () => {
  expect((await collect([])).rows('log_canary')).toEqual([])
})
