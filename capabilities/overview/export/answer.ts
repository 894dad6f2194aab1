import type { FastifyReply, FastifyRequest } from 'fastify'
import type { RouteDeps } from '../../../kernel/http/route.ts'
import type { Lang } from '../../../kernel/i18n/text.ts'
import type { ExportColumn } from './cells.ts'
import { recordTableExport } from './record.ts'
import { type Batches, exportStream } from './stream.ts'

const TYPES = { csv: 'text/csv; charset=utf-8; header=present', json: 'application/json; charset=utf-8' } as const

/** Records an export and answers with it as a file. */
export async function answerExport<R>(
  deps: RouteDeps,
  request: FastifyRequest,
  reply: FastifyReply,
  table: {
    readonly name: string
    readonly format: 'csv' | 'json'
    readonly lang: Lang
    readonly columns: readonly ExportColumn<R>[]
    readonly batches: Batches<R>
  },
): Promise<FastifyReply> {
  const { name, format } = table
  await recordTableExport(deps, request.caller, {
    table: name,
    format,
    filter: request.query as Readonly<Record<string, unknown>>,
  })
  const day = deps.clock.now().toISOString().slice(0, 10)
  return reply
    .header('content-disposition', `attachment; filename="${name}-${day}.${format}"`)
    .type(TYPES[format])
    .serializer((body: unknown) => body as string)
    .send(exportStream(table))
}
