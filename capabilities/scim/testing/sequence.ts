import { expect } from 'vitest'
import type { Method, ScimStage } from './scim-stage.ts'

/** One request of a provider and what it goes by in the answer. `{name}` stands for an identifier kept before. */
export interface Step {
  readonly what: string
  readonly method: Method
  readonly path: string
  readonly body?: unknown
  readonly status: number
  /** What the answer has at least. */
  readonly has?: object
  /** Keeps the identifier of the answer under this name. */
  readonly keep?: string
  /** Whether the register was told, and with which state of somebody. */
  readonly told?: readonly boolean[]
}

const fill = (text: string, kept: ReadonlyMap<string, string>): string =>
  text.replaceAll(/\{([a-z]+)\}/g, (_whole, name: string) => kept.get(name) ?? 'missing')

/** Sends the requests of a provider one after another and holds each answer against what it has to be. */
export async function play(stage: ScimStage, steps: readonly Step[]): Promise<void> {
  const kept = new Map<string, string>()
  for (const step of steps) {
    stage.told.length = 0
    const body = step.body === undefined ? undefined : fill(JSON.stringify(step.body), kept)
    const answer = await stage.send(step.method, encodeURI(fill(step.path, kept)), body)
    const seen = { what: step.what, status: answer.status, told: stage.told.map((change) => change.active) }
    expect(seen, JSON.stringify(answer.body)).toEqual({
      what: step.what,
      status: step.status,
      told: step.told ?? [],
    })
    if (step.status === 204) expect(answer.body).toBeNull()
    else expect(answer.headers['content-type']).toContain('application/scim+json')
    if (step.has !== undefined) {
      const wanted = JSON.parse(fill(JSON.stringify(step.has), kept)) as object
      expect(answer.body, step.what).toMatchObject(wanted)
    }
    if (step.keep !== undefined) kept.set(step.keep, answer.body.id)
  }
  expect(stage.defects).toEqual([])
}
