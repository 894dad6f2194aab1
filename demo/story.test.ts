import { describe, expect, it } from 'vitest'
import { takeRegister } from '../capabilities/people/register-csv.ts'
import { Population } from '../kernel/collect/population.ts'
import { ACCOUNTS, loginOf } from './accounts.ts'
import { PEOPLE, SYSTEMS } from './company.ts'
import { dayStart } from './facts-of.ts'
import { LITTLE_TROUBLES, liveChanges } from './live.ts'
import { registerAt } from './register.ts'
import { FIRST_DAY, INCIDENTS, instantsOfStory, isRead, REGISTER_DAYS } from './story.ts'
import { instantOfStory } from './when.ts'
import { worldOf } from './world.ts'

const MADE = new Date('2026-11-23T13:07:00Z')
const instants = instantsOfStory(MADE)
const DAY = 86_400_000

describe('the story', () => {
  it('walks forward, begins 90 days ago and ends when the demo is made', () => {
    const times = instants.map((at) => at.getTime())
    expect(times).toEqual([...new Set(times)].sort((a, b) => a - b))
    expect(instants[0]?.getTime()).toBeGreaterThanOrEqual(dayStart(MADE, FIRST_DAY).getTime())
    expect(instants[0]?.getTime()).toBeLessThan(dayStart(MADE, FIRST_DAY + 1).getTime())
    expect(instants.at(-1)).toEqual(MADE)
  })

  it('reads every day, and nothing while the collector is down', () => {
    const read = instants.filter((at) => isRead('app-1', at, MADE))
    for (const [n, at] of read.entries()) {
      const next = read[n + 1]
      if (next !== undefined) expect(next.getTime() - at.getTime()).toBeLessThan(2 * DAY)
    }
    const unread = instants.filter((at) => !read.includes(at))
    expect(unread.length).toBeGreaterThanOrEqual(3)
    const outage = dayStart(MADE, -41)
    for (const at of unread) expect(dayStart(at)).toEqual(outage)
  })

  it('has no incident that ends before it begins, or on a system that is not there', () => {
    const names = new Set(SYSTEMS.map((s) => s.name))
    for (const { system, from, to } of INCIDENTS) {
      expect(names).toContain(system)
      const begins = instantOfStory(from, MADE)
      expect(begins < MADE).toBe(true)
      if (to !== null) expect(begins < instantOfStory(to, MADE)).toBe(true)
    }
  })

  it.each(['2026-11-23T00:00:00Z', '2027-02-28T23:59:59Z', '2028-02-29T12:00:00Z'])(
    'is told in facts that fit their shapes, whenever the demo is made (%s)',
    (iso) => {
      const made = new Date(iso)
      const world = worldOf(made)
      const days = instantsOfStory(made)
      for (const at of [...days, new Date(made.getTime() + 1), new Date(made.getTime() + 40 * DAY)]) {
        for (const { name } of SYSTEMS) {
          for (const [kind, rows] of world.read(name, at).rows) {
            const population = new Population(kind)
            if (at === days[0] || at > made) for (const row of rows) population.add(row)
          }
        }
      }
    },
  )

  it('is the same each time', () => {
    const [one, other] = [worldOf(MADE), worldOf(new Date(MADE))]
    for (const at of instants) {
      for (const { name } of SYSTEMS) expect(one.read(name, at)).toEqual(other.read(name, at))
    }
  })
})

describe('the company', () => {
  it('keeps a register that an import takes, on each day on which it is imported', () => {
    let register = takeRegister({})
    for (const day of REGISTER_DAYS) {
      register = takeRegister(registerAt(dayStart(MADE, day), MADE), register)
      expect(register.person.length).toBeGreaterThanOrEqual(39)
    }
    expect(register.person).toHaveLength(40)
    expect(register.person.filter((p) => p.status === 'left').map((p) => p.person)).toEqual(['product-2', 'sales-4'])
  })

  it('names nothing that exists: every address and every host lies below demo.example or in a private network', () => {
    const world = worldOf(MADE)
    const text = JSON.stringify([
      PEOPLE,
      registerAt(MADE, MADE),
      SYSTEMS.map(({ name }) => [...world.read(name, MADE).rows]),
    ])
    for (const [, host] of text.matchAll(/[\w.-]+@([\w.-]+)/g)) {
      expect(['demo.example', 'demo', 'openssh.com'], host).toContain(host)
    }
    for (const [name] of text.matchAll(/\b[\w-]+(?:\.[\w-]+)*\.(?:com|net|org|de|eu|io|example)\b/g)) {
      expect(name, name).toMatch(/(^|\.)demo\.example$|openssh\.com$|libssh\.org$/)
    }
    for (const [address] of text.matchAll(/\b\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}\b/g)) {
      expect(address, address).toMatch(/^(10|127)\.|^0\.0\.0\.0$|^255\./)
    }
  })

  it('has one account per role, of people who are there', () => {
    expect(ACCOUNTS.map((a) => a.role)).toEqual(['owner', 'approver', 'reviewer', 'auditor', 'member'])
    for (const account of ACCOUNTS) {
      expect(PEOPLE).toContainEqual({ id: account.person, name: account.name, email: loginOf(account) })
    }
  })
})

describe('the present', () => {
  const minutesLater = (minutes: number) => new Date(MADE.getTime() + minutes * 60_000)
  const troubled = (minute: number) =>
    SYSTEMS.filter(({ name }) => liveChanges(name, minutesLater(minute)).length > 0).map((s) => s.name)

  it('breaks something and heals something every few minutes, and is at peace in between', () => {
    let changes = 0
    let calm = 0
    for (let minute = 1; minute <= 120; minute += 1) {
      if (troubled(minute).join() !== troubled(minute - 1).join()) changes += 1
      if (troubled(minute).length === 0) calm += 1
    }
    expect(changes).toBeGreaterThan(40)
    expect(calm).toBeGreaterThan(20)
  })

  it('touches only systems and kinds that are there', () => {
    const world = worldOf(MADE)
    for (let minute = 1; minute <= 600; minute += 1) {
      for (const { system } of LITTLE_TROUBLES) world.read(system, minutesLater(minute))
    }
    expect(new Set(LITTLE_TROUBLES.map((t) => t.change.kind)).size).toBeGreaterThan(4)
  })
})
