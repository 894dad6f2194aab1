import { afterAll, beforeAll, expect, it } from 'vitest'
import { readRegister } from '../capabilities/people/store.ts'
import { systemClock } from '../kernel/clock/clock.ts'
import { type RegisteredSystem, syncSystems } from '../kernel/collect/systems.ts'
import { type TestDatabase, testDatabase } from '../kernel/testing/cluster.ts'
import type { House } from './house.ts'
import { oneAtATime } from './one-at-a-time.ts'
import { provisioning } from './provisioning.ts'

let db: TestDatabase
let register: RegisteredSystem
const told: string[] = []
let desk: ReturnType<typeof provisioning>
beforeAll(async () => {
  db = await testDatabase()
  const systems = await syncSystems(db.stage('bf_desk'), [], [{}], systemClock.now())
  const found = systems.find((system) => system.kind === 'register')
  if (found === undefined) throw new Error('no register')
  register = found
  const house = { database: db, clock: systemClock, systems } as unknown as House
  const changes = {
    alone: oneAtATime(),
    changed: (system: RegisteredSystem, kinds: readonly string[]) => told.push(`${system.name}: ${kinds.join()}`),
  }
  desk = provisioning(house, changes, () => told.push('woken'))
})
afterAll(() => db.close())

const change = (userName: string, active = true) => ({
  userName,
  externalId: null,
  displayName: userName,
  email: `${userName}@example.com`,
  active,
})
const people = async () =>
  (await readRegister(db.stage('bf_collect'), register)).person
    .map(({ person, status }) => `${person} ${status}`)
    .sort()

it('whoever a provider deactivates has left the register when it is answered, and the workers are called', async () => {
  await desk.onChange(change('anna'))
  expect(await people()).toEqual(['anna active'])
  told.length = 0
  await desk.onChange(change('anna', false))
  expect(await people()).toEqual(['anna left'])
  expect(told).toEqual(['register: person', 'woken'])
})

it('many at once all arrive: none is lost to another', async () => {
  const names = Array.from({ length: 20 }, (_, i) => `p${i}`)
  await Promise.all(names.map((name) => desk.onChange(change(name))))
  expect(await people()).toEqual(['anna left', ...names.map((name) => `${name} active`)].sort())
})

it('two people with one address are refused, and a leaver leaves all the same', async () => {
  const taken = { ...change('berta'), email: 'p1@example.com' }
  await expect(desk.onChange(taken)).rejects.toMatchObject({ code: 'register.invalid' })
  await desk.onChange(change('p1', false))
  expect(await people()).toContain('p1 left')
})
