import { BergfriedError } from '../../../kernel/errors.ts'
import { type S3Access, S3Client } from '../../../kernel/s3/s3-client.ts'
import { type BackupStore, NAME, type ObjectWriter } from './backup-store.ts'

/** A part holds so much, and memory two of them. At most 10,000 parts: 160 GB in an object. */
const PART = 16 * 1024 * 1024
const MOST_PARTS = 10_000

/** An S3-compatible store. Large objects go up in parts, which are seen under the name once they are all there. */
export class S3BackupStore implements BackupStore {
  readonly #client: S3Client

  constructor(access: S3Access) {
    this.#client = new S3Client(access, (where, reason) => new BergfriedError('backup.store', { where, reason }))
  }

  get place(): string {
    return this.#client.name
  }

  async begin(name: string): Promise<ObjectWriter> {
    checkName(name)
    const begun = await this.#client.call({ method: 'POST', key: name, query: { uploads: '' }, expect: [200] })
    const uploadId = /<UploadId>([^<]{1,1024})<\/UploadId>/.exec(Buffer.from(begun.bytes).toString())?.[1]
    if (uploadId === undefined) throw this.#strange('no UploadId')
    const etags: string[] = []
    let held: Buffer[] = []
    let length = 0
    const send = async (): Promise<void> => {
      if (etags.length === MOST_PARTS) throw this.#strange('larger than 160 GB')
      const query = { partNumber: String(etags.length + 1), uploadId }
      const body = Buffer.concat(held)
      const { etag } = await this.#client.call({ method: 'PUT', key: name, query, body, expect: [200] })
      if (etag === null) throw this.#strange('no ETag')
      etags.push(etag)
      held = []
      length = 0
    }
    return {
      write: async (piece) => {
        held.push(piece)
        length += piece.length
        if (length >= PART) await send()
      },
      commit: async () => {
        if (length > 0 || etags.length === 0) await send()
        const parts = etags.map(
          (etag, i) => `<Part><PartNumber>${i + 1}</PartNumber><ETag>${etag.replaceAll('"', '&quot;')}</ETag></Part>`,
        )
        const body = Buffer.from(`<CompleteMultipartUpload>${parts.join('')}</CompleteMultipartUpload>`)
        const done = await this.#client.call({ method: 'POST', key: name, query: { uploadId }, body, expect: [200] })
        // The protocol says 200 before it knows: what went wrong then stands in the body.
        const problem = /<Code>(\w{1,60})<\/Code>/.exec(Buffer.from(done.bytes).toString('latin1'))?.[1]
        if (problem !== undefined) throw this.#strange(problem)
      },
      abort: async () => {
        await this.#client
          .call({ method: 'DELETE', key: name, query: { uploadId }, expect: [200, 204, 404] })
          .catch(() => undefined)
      },
    }
  }

  read(name: string): AsyncIterable<Buffer> {
    checkName(name)
    return this.#client.read(name)
  }

  async list(below: string): Promise<readonly string[]> {
    const prefix = `${this.#client.prefix}${below}`
    const names: string[] = []
    let token: string | undefined
    do {
      const query = { 'list-type': '2', prefix, ...(token === undefined ? {} : { 'continuation-token': token }) }
      const { bytes } = await this.#client.call({ method: 'GET', key: '', query, expect: [200] })
      const text = Buffer.from(bytes).toString()
      for (const [, key = ''] of text.matchAll(/<Key>([^<]{1,1024})<\/Key>/g))
        if (key.startsWith(prefix)) names.push(key.slice(this.#client.prefix.length))
      token = /<NextContinuationToken>([^<]{1,2048})<\/NextContinuationToken>/.exec(text)?.[1]
    } while (token !== undefined)
    return names.sort()
  }

  async remove(name: string): Promise<void> {
    checkName(name)
    await this.#client.call({ method: 'DELETE', key: name, expect: [200, 204, 404] })
  }

  #strange(reason: string): BergfriedError {
    return new BergfriedError('backup.store', { where: this.place, reason })
  }
}

function checkName(name: string): void {
  if (!NAME.test(name) || name.length > 500) throw new Error(`no name of a backup: ${name.slice(0, 80)}`)
}
