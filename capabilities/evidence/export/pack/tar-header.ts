const BLOCK = 512
const encoder = new TextEncoder()

/** Two empty blocks end an archive (POSIX.1-2017, pax, "ustar Interchange Format"). */
export const TAR_END = new Uint8Array(2 * BLOCK)

/** Empty bytes after the content of a member, so that the next header begins at a multiple of 512. */
export const tarPadding = (size: number): Uint8Array => new Uint8Array((BLOCK - (size % BLOCK)) % BLOCK)

/**
 * What stands before the content of a member: a ustar header, and before it a pax header where name or size do not fit.
 * Owner, group, mode and time are fixed, so that the same members give the same bytes on every machine at every time.
 *
 * @param name - ASCII, `/` between folders
 * @param size - bytes
 */
export function tarHeader(name: string, size: number): Uint8Array {
  if (!/^[\x21-\x7e]+$/.test(name) || name.startsWith('/')) throw new Error(`no name for a member: ${name}`)
  if (name.length <= 100 && size < 8 ** 11) return header(name, size, '0')
  const records = encoder.encode(record('path', name) + record('size', String(size)))
  return joined([
    header('pax', records.length, 'x'),
    records,
    tarPadding(records.length),
    header(name.slice(0, 100), size < 8 ** 11 ? size : 0, '0'),
  ])
}

/** `LENGTH KEY=VALUE\n`, where the length counts its own digits. */
function record(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`
  let length = rest.length + 1
  while (String(length).length + rest.length !== length) length = String(length).length + rest.length
  return `${length}${rest}`
}

function header(name: string, size: number, type: '0' | 'x'): Uint8Array {
  const block = new Uint8Array(BLOCK)
  const put = (offset: number, text: string) => block.set(encoder.encode(text), offset)
  const octal = (value: number, digits: number) => `${value.toString(8).padStart(digits, '0')}\0`
  put(0, name)
  put(100, octal(0o644, 7))
  put(108, octal(0, 7))
  put(116, octal(0, 7))
  put(124, octal(size, 11))
  put(136, octal(0, 11))
  put(148, '        ')
  put(156, type)
  put(257, 'ustar\0' + '00')
  put(329, octal(0, 7))
  put(337, octal(0, 7))
  const sum = block.reduce((total, byte) => total + byte, 0)
  put(148, `${sum.toString(8).padStart(6, '0')}\0 `)
  return block
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((total, part) => total + part.length, 0))
  let offset = 0
  for (const part of parts) {
    whole.set(part, offset)
    offset += part.length
  }
  return whole
}
