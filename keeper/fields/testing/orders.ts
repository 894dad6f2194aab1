import { randomUUID } from 'node:crypto'
import { AT } from '../../access/testing/people.ts'

/** An order's text, with some lines in other words. */
export function orderText(lines: Readonly<Record<string, string | number>> = {}): string {
  const values = {
    id: randomUUID(),
    order: 'grant',
    key: 'customer-data',
    requester: 'anna',
    holder: 'shop-api',
    'holder-key': 'A'.repeat(43),
    owner: 'anna',
    may: 'wrap,unwrap',
    'per-minute': 600,
    seconds: 86_400,
    approvals: 1,
    expires: AT + 3600,
    need: '"Ticket 4711"',
    ...lines,
  }
  return `bergfried-key-order 1\n${Object.entries(values)
    .map(([name, value]) => `${name} ${value}\n`)
    .join('')}`
}

/** The same for an order that names nobody. */
export const plainOrder = (order: 'enable' | 'shred', lines: Readonly<Record<string, string | number>> = {}): string =>
  orderText({ order, holder: '-', 'holder-key': '-', owner: '-', may: '-', 'per-minute': 0, seconds: 0, ...lines })
