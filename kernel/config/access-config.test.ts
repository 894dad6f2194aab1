import { describe, expect, it } from 'vitest'
import { BergfriedError } from '../errors.ts'
import { parseConfig } from './config.ts'

const parsed = (yaml: string) => parseConfig(yaml, '/etc/bergfried/bergfried.yaml', 'en').access
const entry = (more: string): string =>
  `entitlements:\n  - { name: web-shell, title: Shell, system: web-1, kind: host, level: shell${more} }\n`
const refusal = (yaml: string): string => {
  try {
    parsed(yaml)
  } catch (error) {
    if (error instanceof BergfriedError) return error.sentence('en')
  }
  return ''
}

describe('entitlements', () => {
  it('are one hour to revoke and eight hours long where nothing else is said, with a terminal and nothing more', () => {
    expect(parsed(entry(''))).toEqual({
      serviceLevelSeconds: 3600,
      entitlements: [
        {
          name: 'web-shell',
          title: { de: 'Shell', en: 'Shell' },
          system: 'web-1',
          kind: 'host',
          level: 'shell',
          account: null,
          groups: [],
          sudo: null,
          approvers: [],
          approvals: 1,
          longestSeconds: 28_800,
          extensions: ['permit-pty'],
          source: [],
        },
      ],
    })
  })

  it('take durations of weeks to seconds', () => {
    expect(parsed(entry(', longest: P1DT2H3M4S')).entitlements[0]?.longestSeconds).toBe(93_784)
    expect(parsed('access: { serviceLevel: PT5M }').serviceLevelSeconds).toBe(300)
  })

  it.each([
    [entry(', longest: P2M'), 'PT8H'],
    [entry(', longest: P31D'), 'PT8H'],
    [entry('').replace('level: shell', 'level: write'), 'shell'],
    [entry(', source: [everywhere]'), '10.0.0.0/8'],
    [entry(', account: "-oProxyCommand"'), 'account'],
    [entry(', approvals: 0'), 'approvals'],
    [entry(', unknown: 1'), 'unknown'],
  ])('are refused with a sentence: %j', (yaml, told) => {
    expect(refusal(yaml)).toContain(told)
  })
})
