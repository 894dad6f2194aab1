import * as z from 'zod'
import { count, defineFact, name } from './fact.ts'

export const nftBaseChainFact = defineFact({
  kind: 'nft_base_chain',
  about: 'host',
  title: { de: 'nftables-Basiskette', en: 'nftables base chain' },
  columns: {
    family: name,
    tableName: name,
    chain: name,
    hook: name,
    priority: z.int(),
    policy: z.enum(['accept', 'drop']),
    rules: count,
  },
  sample: {
    family: 'inet',
    tableName: 'filter',
    chain: 'input',
    hook: 'input',
    priority: 0,
    policy: 'drop',
    rules: 6,
  },
})
