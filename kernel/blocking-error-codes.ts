import type { ErrorSpec } from './error-spec.ts'

/** What goes wrong when attackers are kept out. */
export const BLOCKING_ERRORS = {
  'blocking.kernel': {
    http: 502,
    exit: 3,
    text: {
      de: 'Der Kern nimmt die Sperren nicht an ({reason}). Bergfried braucht nft und CAP_NET_ADMIN (oder root).',
      en: 'The kernel does not take the bans ({reason}). Bergfried needs nft and CAP_NET_ADMIN (or root).',
    },
  },
  'blocking.network': {
    http: 400,
    exit: 2,
    text: {
      de: '„{network}“ geht nicht: erwartet wird eine Adresse, ein /24 (IPv4) oder ein /64 (IPv6).',
      en: '“{network}” will not do: expected is an address, a /24 (IPv4) or a /64 (IPv6).',
    },
  },
  'blocking.never': {
    http: 409,
    exit: 2,
    text: {
      de: '{network} steht auf der Liste derer, die nie ausgesperrt werden ({because}). Erst die Liste ändern.',
      en: '{network} is on the list of those who are never kept out ({because}). Change the list first.',
    },
  },
  'blocking.off': {
    http: 409,
    exit: 3,
    text: {
      de: 'Hier wird niemand ausgesperrt: `blocking: { mode: armed }` in bergfried.yaml schaltet es ein, `dry-run` probt.',
      en: 'Nobody is kept out here: `blocking: { mode: armed }` in bergfried.yaml switches it on, `dry-run` rehearses.',
    },
  },
  'blocking.unknown': {
    http: 404,
    exit: 2,
    text: {
      de: '{network} ist nicht gesperrt. `bergfried ban list` zeigt, wer es ist.',
      en: '{network} is not banned. `bergfried ban list` shows who is.',
    },
  },
} as const satisfies Readonly<Record<string, ErrorSpec>>
