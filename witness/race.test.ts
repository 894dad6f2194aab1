import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { stateFolder } from './store/folder.ts'
import { fileOf, openSeen } from './store/state.ts'
import { serveWitness } from './testing/serve-witness.ts'
import { submit } from './testing/spawn-witness.ts'
import { TestLog } from './testing/test-log.ts'

const ORIGIN = 'log.example.org/a'

it('of many requests from one size exactly one is cosigned, and that is what is kept', async () => {
  const start = new TestLog(ORIGIN).grow(10)
  await using served = await serveWitness([start.verifierKey])
  await submit(served.url, await start.request(0))
  let known = 10
  let log = start
  for (let round = 0; round < 10; round++) {
    const grown = Array.from({ length: 24 }, (_, i) => log.copy().grow(1 + i))
    const bodies = await Promise.all(grown.map((one) => one.request(known)))
    const answers = await Promise.all(bodies.map((body) => submit(served.url, body)))
    const won = answers.flatMap(({ status }, i) => (status === 200 ? [grown[i]] : []))
    expect(won).toHaveLength(1)
    log = won[0] ?? log
    const others = answers.filter(({ status }) => status !== 200)
    expect(new Set(others.map(({ status, text }) => `${status} ${text}`))).toEqual(new Set([`409 ${log.size}\n`]))
    known = log.size
    const path = join(stateFolder(served.folder), fileOf(ORIGIN))
    const seen = await openSeen(await readFile(path, 'utf8'), served.witness.parts.identity)
    expect([seen?.size, seen?.root]).toEqual([log.size, log.root])
  }
  expect(await readdir(stateFolder(served.folder))).toHaveLength(1)
})

it('logs do not wait for each other, and each has its own state', async () => {
  const logs = Array.from({ length: 16 }, (_, i) => new TestLog(`log.example.org/${i}`).grow(i + 1))
  await using served = await serveWitness(logs.map(({ verifierKey }) => verifierKey))
  const answers = await Promise.all(logs.map(async (log) => submit(served.url, await log.request(0))))
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
  expect(
    served.witness.parts.states
      .all()
      .map(({ size }) => size)
      .sort((a, b) => a - b),
  ).toEqual(logs.map(({ size }) => size))
})
