/** Programs write by the page; what comes after them is faster with pieces of this size. */
const PIECE = 1 << 20

/** The same bytes in pieces of about 1 MiB. */
export async function* inLargePieces(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let held: Buffer[] = []
  let length = 0
  for await (const piece of source) {
    held.push(piece)
    length += piece.length
    if (length < PIECE) continue
    yield Buffer.concat(held, length)
    held = []
    length = 0
  }
  if (length > 0) yield Buffer.concat(held, length)
}
