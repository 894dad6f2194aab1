import { malformed } from './errors.ts'
import { type Fits, isBoolean, isCount, isObjectOf, isText, orNull, parseShape } from './shape.ts'

/** The one line that the keeper reads from its standard input. Holds the PIN: it is in no argument and no variable. */
const isStartMessage = isObjectOf({
  /** Absolute paths: the folder with the keys, and the one in which the socket is made. */
  keys: isText(4096),
  run: isText(4096),
  origin: orNull(isText(512)),
  token: orNull(isObjectOf({ module: isText(4096), tokenLabel: isText(32), keyLabel: isText(255), pin: isText(1024) })),
  /** Account to become for good, before any key is read; null: stay who we are. */
  account: orNull(isObjectOf({ uid: isCount, gid: isCount })),
  /** Whether the group of the socket's folder may connect. */
  group: isBoolean,
  /** Not serving: writing down the newest checkpoint (or none, null) at the word of an operator. */
  recover: orNull(isObjectOf({ note: orNull(isText(60_000)) })),
})
export type StartMessage = Fits<typeof isStartMessage>

const MOST_CHARACTERS = 128 * 1024

/**
 * Reads the line and leaves the stream open: when it ends, whoever started the keeper is gone.
 *
 * @throws {KeeperError} `malformed`
 */
export function readStartMessage(input: NodeJS.ReadStream): Promise<StartMessage> {
  const wrong = () => malformed('no message to start with', 'keine Nachricht zum Starten')
  return new Promise((resolve, reject) => {
    let text = ''
    input.setEncoding('utf8')
    const take = (chunk: string) => {
      text += chunk
      const end = text.indexOf('\n')
      if (end < 0 && text.length <= MOST_CHARACTERS) return
      input.off('data', take)
      const message = end < 0 ? null : parseShape(text.slice(0, end), isStartMessage)
      text = ''
      if (message === null) reject(wrong())
      else resolve(message)
      input.resume()
    }
    input.on('data', take)
    input.once('end', () => reject(wrong()))
  })
}
