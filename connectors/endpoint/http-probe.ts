import type { Socket } from 'node:net'
import { openTcp, openTls, PATIENCE, type Target } from './handshake.ts'

const MOST = 16 * 1024

/** Seconds of Strict-Transport-Security (RFC 6797 section 6.1), or null where none is sent. */
export async function strictTransport(target: Target, signal: AbortSignal): Promise<number | null> {
  try {
    const socket = await openTls(target, null, signal)
    const head = await ask(socket, target.name)
    const value = /^strict-transport-security:\s*(.*)$/im.exec(head)?.[1]
    const seconds = /(?:^|;)\s*max-age\s*=\s*"?(\d{1,15})"?/i.exec(value ?? '')?.[1]
    return seconds === undefined ? null : Number(seconds)
  } catch {
    signal.throwIfAborted()
    return null
  }
}

/** What plain http does: leads to https, is closed, or answers in clear text. */
export async function plainHttp(
  host: string,
  port: number,
  name: string,
  signal: AbortSignal,
): Promise<'redirects' | 'closed' | 'answers'> {
  let socket: Socket
  try {
    socket = await openTcp(host, port, signal)
  } catch {
    signal.throwIfAborted()
    return 'closed'
  }
  try {
    const head = await ask(socket, name)
    const status = Number(/^HTTP\/\d(?:\.\d)? (\d{3})/.exec(head)?.[1] ?? 0)
    const location = /^location:\s*(\S+)/im.exec(head)?.[1] ?? ''
    return status >= 300 && status < 400 && /^https:\/\//i.test(location) ? 'redirects' : 'answers'
  } catch {
    signal.throwIfAborted()
    return 'answers'
  }
}

/** Sends one request and returns the head of the answer, at most 16 KiB of it. */
function ask(socket: Socket, name: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = ''
    const end = () => {
      clearTimeout(timer)
      socket.destroy()
      resolve(text.split('\r\n\r\n')[0] ?? '')
    }
    const timer = setTimeout(end, PATIENCE)
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1')
      if (text.includes('\r\n\r\n') || text.length > MOST) end()
    })
    socket.once('end', end)
    socket.once('error', (error) => {
      clearTimeout(timer)
      reject(error)
    })
    socket.write(`HEAD / HTTP/1.1\r\nHost: ${name}\r\nUser-Agent: bergfried\r\nConnection: close\r\n\r\n`)
  })
}
