import { FACTS, type FactKind } from '../facts/kinds.ts'
import type { CollectContext, Connector } from '../kernel/collect/connector.ts'
import { BergfriedError, type ErrorCode } from '../kernel/errors.ts'
import type { World } from './world.ts'

/**
 * The only connectors of a demo: they read the made-up world in place of systems. They take no address, open no
 * connection and run no program, so nothing that exists is ever read.
 */
export function demoConnectors(world: World): readonly Connector[] {
  return (['host', 'postgres', 'endpoint'] as const).map((system): Connector => {
    const [first, ...others] = [...FACTS.values()].filter((f) => f.about === system).map((f) => f.kind)
    if (first === undefined) throw new Error(`no facts about ${system}`)
    const produces = [first, ...others] as const
    return {
      id: `demo.${system}`,
      system,
      produces,
      every: 'PT1M',
      needs: { de: 'nichts: alles ist erfunden', en: 'nothing: everything is made up' },
      collect: (_target, context) => readWorld(world, produces, context),
    }
  })
}

async function readWorld(world: World, kinds: readonly FactKind[], context: CollectContext<FactKind>): Promise<void> {
  const { rows, failures } = world.read(context.system, context.clock.now())
  for (const kind of kinds) {
    const failure = failures.get(kind)
    if (failure !== undefined) context.fail(kind, new BergfriedError(failure.code as ErrorCode, failure.detail))
    else for (const row of rows.get(kind) ?? []) await context.emit(kind, row as never)
  }
}
