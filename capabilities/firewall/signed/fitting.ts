import type * as z from 'zod'
import { BergfriedError } from '../../../kernel/errors.ts'
import type { RouteDeps } from '../../../kernel/http/route.ts'

export type FirewallCall = (deps: RouteDeps, person: string, body: unknown, rules: string | null) => Promise<object>

/** @throws {BergfriedError} `http.invalid` */
export function fitting<S extends z.ZodType>(shape: S, body: unknown): z.output<S> {
  const result = shape.safeParse(body)
  if (result.success) return result.data
  const [issue] = result.error.issues
  throw new BergfriedError('http.invalid', { where: issue?.path.join('.') || 'body', reason: issue?.message ?? '-' })
}
