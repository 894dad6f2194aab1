import { Problem } from '../../../kernel/http/problem.ts'

/** The log is public, and a page of somebody else may check it in the reader's browser. */
export const PUBLIC_LOG = { 'access-control-allow-origin': '*', 'cross-origin-resource-policy': 'cross-origin' } as const

export const NOT_HERE = { 404: Problem } as const
