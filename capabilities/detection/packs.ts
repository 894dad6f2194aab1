import type { Pack, RuleFile } from '../../engines/sigma/pack.ts'
import { compilePack } from '../../engines/sigma/pack.ts'
import { OWN } from '../../engines/sigma/pipelines/own.ts'

/** Rules for a stream; what of them cannot be taken stands in `problems`, with file and line. */
export const packOf = (files: readonly RuleFile[]): Pack => compilePack(files, { pipeline: OWN })
