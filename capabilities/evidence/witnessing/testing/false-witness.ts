import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface FalseWitness {
  readonly url: string
  /** Bodies of the requests, in order. */
  readonly asked: string[]
  [Symbol.asyncDispose](): Promise<void>
}

/** Something that listens where a witness should, and answers as it likes. */
export async function falseWitness(
  answer: (response: ServerResponse, asked: readonly string[], request: IncomingMessage) => void | Promise<void>,
): Promise<FalseWitness> {
  const asked: string[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8')
    request.on('data', (chunk: string) => {
      body += chunk
    })
    request.on('end', () => {
      asked.push(body)
      void answer(response, asked, request)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    asked,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** Answers 409 with a size, as a witness does. */
export const saySize = (response: ServerResponse, size: number | string): void => {
  response.writeHead(409, { 'content-type': 'text/x.tlog.size' }).end(`${size}\n`)
}
