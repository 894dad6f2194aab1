import type { Status } from '../../keeper/protocol.ts'
import type { Lang, Text } from '../../kernel/i18n/text.ts'

/** How well the keys are apart from the server, as measured. Shown to the operator. */
export interface Isolation {
  /** Whether it runs under another account than this process. */
  readonly account: 'own' | 'same'
  readonly uid: number
  /** Root reads the keys of every account. */
  readonly besideRoot: boolean
  readonly network: 'none' | 'reachable'
  readonly key: 'file' | 'token'
  /** Somebody else started it. */
  readonly external: boolean
}

/**
 * @param owner - account that the socket belongs to: what the kernel says goes before what the keeper says
 */
export function isolationOf(status: Status, owner: number, external: boolean): Isolation {
  const me = process.getuid?.() ?? 0
  return {
    account: owner === me ? 'same' : 'own',
    uid: owner,
    besideRoot: me === 0,
    network: status.interfaces.length === 0 ? 'none' : 'reachable',
    key: status.keyIn,
    external,
  }
}

/** One sentence per barrier; what is missing is said as plainly as what is there. */
export function isolationLines(isolation: Isolation, lang: Lang): readonly string[] {
  return [accountText(isolation), NETWORK[isolation.network], KEY[isolation.key]].map((text) => text[lang])
}

function accountText({ account, uid, besideRoot }: Isolation): Text {
  if (account === 'same') {
    return {
      de: `Konto: dasselbe wie dieses (${uid}). Wer das Konto des Servers übernimmt, kann eine Schlüsseldatei lesen.`,
      en: `Account: the same as this one (${uid}). Whoever takes over the server's account can read a key in a file.`,
    }
  }
  if (besideRoot) {
    return {
      de: `Konto: ein eigenes (${uid}). Dieser Prozess läuft als root; root kann alles lesen.`,
      en: `Account: one of its own (${uid}). This process runs as root; root can read everything.`,
    }
  }
  return {
    de: `Konto: ein eigenes (${uid}), das dieses hier nicht lesen kann.`,
    en: `Account: one of its own (${uid}), which this one cannot read.`,
  }
}

const NETWORK: Record<Isolation['network'], Text> = {
  none: { de: 'Netz: keines (leerer Netz-Namensraum).', en: 'Network: none (an empty network namespace).' },
  reachable: {
    de: 'Netz: erreichbar; hier darf kein leerer Netz-Namensraum angelegt werden.',
    en: 'Network: reachable; no empty network namespace may be made here.',
  },
}

const KEY: Record<Isolation['key'], Text> = {
  file: { de: 'Schlüssel: in einer Datei.', en: 'Key: in a file.' },
  token: {
    de: 'Schlüssel: in einem Token, das ihn nicht herausgibt.',
    en: 'Key: in a token, which does not hand it out.',
  },
}
