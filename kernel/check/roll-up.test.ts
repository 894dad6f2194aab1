import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type AttestationState, type CheckTally, checkState, controlState, NO_COUNTS, STATES } from './roll-up.ts'

const tally = (counts: Partial<CheckTally['counts']>, systems = 1, judged = systems): CheckTally => ({
  counts: { ...NO_COUNTS, ...counts },
  systems,
  judged,
})
const asked = (standing: AttestationState['standing']): AttestationState => ({ id: 'a', standing })

describe('a check', () => {
  it.each([
    [tally({ ok: 5, alarm: 1, error: 1 }), 'alarm'],
    [tally({ ok: 5, error: 1, stale: 1 }), 'error'],
    [tally({ ok: 5, stale: 1 }), 'stale'],
    [tally({ ok: 5, excepted: 1 }), 'excepted'],
    [tally({ ok: 5, skip: 3, info: 1 }), 'ok'],
    [tally({ skip: 3, info: 1 }), 'info'],
    [tally({ skip: 3 }), 'skip'],
    [tally({}, 0), null],
  ] as const)('%j is %s', (given, state) => expect(checkState(given)).toBe(state))

  it('is never ok while a system of its kind has no verdict', () => {
    expect(checkState(tally({ ok: 9 }, 10, 9))).toBe('stale')
  })

  it('is never ok on an empty scope', () => {
    expect(checkState(tally({}, 3, 3))).not.toBe('ok')
  })
})

describe('a control', () => {
  it('without a binding is unmeasured', () => expect(controlState([], [])).toBe('unmeasured'))
  it('whose checks have no system is unmeasured', () => expect(controlState([tally({}, 0)], [])).toBe('unmeasured'))
  it('that only people vouch for is attested, never ok', () => {
    expect(controlState([], [asked('valid')])).toBe('attested')
    expect(controlState([tally({ ok: 1 })], [asked('valid')])).toBe('attested')
  })
  it('with a missing attestation is unmeasured, with an expired one stale', () => {
    expect(controlState([tally({ ok: 1 })], [asked('missing')])).toBe('unmeasured')
    expect(controlState([tally({ ok: 1 })], [asked('expired')])).toBe('stale')
  })

  const counts = fc.record({
    ok: fc.nat(3),
    alarm: fc.nat(1),
    error: fc.nat(1),
    stale: fc.nat(1),
    info: fc.nat(2),
    skip: fc.nat(2),
    excepted: fc.nat(1),
  })
  const tallies = fc.array(
    fc
      .record({ counts, systems: fc.nat(3), judged: fc.nat(3) })
      .map((t) => ({ ...t, judged: Math.min(t.judged, t.systems) })),
    { maxLength: 4 },
  )
  const standings = fc.array(fc.constantFrom('valid', 'expired', 'missing').map(asked), { maxLength: 2 })

  it('is ok only if something was measured, all of it, and nothing is wrong', () => {
    fc.assert(
      fc.property(tallies, standings, (checks, attestations) => {
        if (controlState(checks, attestations) !== 'ok') return
        const measured = checks.filter((c) => c.systems > 0)
        expect(measured.some((c) => c.counts.ok > 0)).toBe(true)
        expect(measured.every((c) => c.judged === c.systems)).toBe(true)
        expect(measured.every((c) => c.counts.alarm + c.counts.error + c.counts.stale + c.counts.excepted === 0)).toBe(
          true,
        )
        expect(attestations).toEqual([])
      }),
    )
  })

  it('never improves when something bad is added', () => {
    const rank = (s: (typeof STATES)[number]) => STATES.indexOf(s)
    fc.assert(
      fc.property(tallies, standings, fc.constantFrom('alarm', 'error', 'stale'), (checks, attestations, bad) => {
        const before = controlState(checks, attestations)
        const after = controlState([...checks, tally({ [bad]: 1 })], attestations)
        expect(rank(after)).toBeLessThanOrEqual(rank(before))
      }),
    )
  })
})
