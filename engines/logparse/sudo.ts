/** What sudo says: who called what as whom, or why not. */
export interface SudoEvent {
  readonly message: string
  readonly user?: string
  readonly outcome?: 'ran' | 'refused'
  readonly target?: string
  readonly command?: string
}

const LINE =
  /^ *([^ :]{1,64}) : (.{0,200}?)TTY=\S{1,64} ; PWD=(?:.{0,1024}?) ; USER=(\S{1,64}) ;(?: GROUP=\S{1,64} ;)? COMMAND=(.{0,4096})$/

/** A message of sudo without the header of syslog (sudo(8), “Syslog”). Never throws. */
export function parseSudo(text: string): SudoEvent {
  const message = text.slice(0, 8192)
  const found = LINE.exec(message)
  if (found === null) return { message }
  const [, user = '', before = '', target = '', command = ''] = found
  return { message, user, outcome: before === '' ? 'ran' : 'refused', target, command }
}
