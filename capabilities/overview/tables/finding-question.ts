import type { SEVERITIES } from '../contract.ts'
import { type Order, orderOf } from './order.ts'

/** What is asked of the table of findings. */
export interface FindingQuestion {
  readonly q: string
  readonly sort: string
  readonly offset: number
  readonly limit: number
  readonly state: 'open' | 'closed' | 'all'
  readonly status: 'alarm' | 'error' | 'stale' | undefined
  readonly severity: (typeof SEVERITIES)[number] | undefined
  readonly control: string | undefined
  readonly system: string | undefined
  readonly check: string | undefined
}

const FINDING_COLUMNS = ['status', 'severity', 'check', 'system', 'resource', 'openedAt', 'closedAt'] as const
export type FindingOrder = Order<(typeof FINDING_COLUMNS)[number]>

/** The most severe first, where nothing else is said. */
export const findingOrder = (sort: string): FindingOrder =>
  orderOf(sort, FINDING_COLUMNS, { column: 'severity', down: true })

/** Every open finding, as far as one page goes. */
export const EVERYTHING: FindingQuestion = {
  q: '',
  sort: '',
  offset: 0,
  limit: 100,
  state: 'open',
  status: undefined,
  severity: undefined,
  control: undefined,
  system: undefined,
  check: undefined,
}
