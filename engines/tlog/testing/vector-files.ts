import { checkpointVectors, cosignatureVectors, noteVectors, proofVectors, witnessVectors } from './note-vectors.ts'
import { consistencyVectors, hashVectors, inclusionVectors, rootVectors, tileVectors } from './tree-vectors.ts'

/** Every file of `vectors/` that is made here: all but what others published. */
export const VECTOR_FILES: Readonly<Record<string, () => unknown>> = {
  'hashes.json': hashVectors,
  'roots.json': rootVectors,
  'inclusion.json': inclusionVectors,
  'consistency.json': consistencyVectors,
  'tiles.json': tileVectors,
  'notes.json': noteVectors,
  'checkpoints.json': checkpointVectors,
  'cosignatures.json': cosignatureVectors,
  'witness.json': witnessVectors,
  'proofs.json': proofVectors,
}

const WIDTH = 120

/** JSON as the formatter of this repository leaves it alone. */
export function printed(value: unknown, indent = '', before = 0): string {
  const inner = `${indent}  `
  if (Array.isArray(value)) {
    const plain = value.every((item) => typeof item !== 'object')
    const line = `[${value.map((item) => JSON.stringify(item)).join(', ')}]`
    if (value.length === 0 || (plain && before + line.length + 1 <= WIDTH)) return line
    return `[\n${value.map((item) => `${inner}${printed(item, inner)}`).join(',\n')}\n${indent}]`
  }
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const members = Object.entries(value).map(([key, item]) => {
    const name = `${inner}${JSON.stringify(key)}: `
    return `${name}${printed(item, inner, name.length)}`
  })
  return `{\n${members.join(',\n')}\n${indent}}`
}
