/** What a witness answers over HTTP. */
export interface Answer {
  readonly status: number
  readonly type: string
  readonly body: string
  readonly headers?: Readonly<Record<string, string>>
}

const TEXT = 'text/plain; charset=utf-8'

export const plain = (status: number, body: string, headers: Readonly<Record<string, string>> = {}): Answer => ({
  status,
  type: TEXT,
  body: `${body}\n`,
  headers,
})

/** Text that is passed on byte by byte. */
export const exact = (body: string): Answer => ({ status: 200, type: TEXT, body })

/** 409 with the size that was cosigned last (C2SP tlog-witness). */
export const conflict = (size: number): Answer => ({ status: 409, type: 'text/x.tlog.size', body: `${size}\n` })
