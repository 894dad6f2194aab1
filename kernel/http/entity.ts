import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'

type Encoding = 'br' | 'gzip' | 'identity'

const compress: Record<Encoding, (body: Buffer) => Promise<Buffer>> = {
  br: (body) => promisify(brotliCompress)(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } }),
  gzip: (body) => promisify(gzip)(body),
  identity: async (body) => body,
}

/** Something that is sent: compressed once for each encoding, not for each reader. */
export class Entity {
  readonly type: string
  readonly body: Buffer
  /** Weak: the encodings of one text share it. */
  readonly etag: string
  readonly #encoded = new Map<Encoding, Promise<Buffer>>()

  constructor(type: string, body: string | Buffer) {
    this.type = type
    this.body = Buffer.from(body)
    this.etag = `W/"${createHash('sha256').update(this.body).digest('base64url').slice(0, 22)}"`
  }

  encoded(encoding: Encoding): Promise<Buffer> {
    const known = this.#encoded.get(encoding) ?? compress[encoding](this.body)
    this.#encoded.set(encoding, known)
    return known
  }
}

/** The best encoding that a reader takes. */
export function encodingFor(accept: string | undefined): Encoding {
  const taken = (accept ?? '')
    .toLowerCase()
    .split(',')
    .map((part) => part.split(';').map((word) => word.trim()))
    .filter(([, q]) => q === undefined || !/^q=0(\.0*)?$/.test(q))
    .map(([name]) => name)
  return taken.includes('br') ? 'br' : taken.includes('gzip') ? 'gzip' : 'identity'
}
