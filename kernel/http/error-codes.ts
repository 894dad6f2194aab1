import type { ErrorSpec } from '../error-spec.ts'

/** What goes wrong between a caller and a route. */
export const HTTP_ERRORS = {
  'http.port_taken': {
    http: 500,
    exit: 3,
    text: {
      de: 'Die Adresse {address} ist belegt. In bergfried.yaml unter `listen` oder mit BERGFRIED_LISTEN eine andere wählen.',
      en: 'The address {address} is taken. Choose another under `listen` in bergfried.yaml or with BERGFRIED_LISTEN.',
    },
  },
  'http.defect': {
    http: 500,
    exit: 3,
    text: {
      de: 'Ein Fehler in Bergfried selbst; er steht im Protokoll des Servers.',
      en: 'An error in Bergfried itself; it is in the log of the server.',
    },
  },
  'http.too_large': {
    http: 413,
    exit: 2,
    text: { de: 'Die Anfrage ist größer als {limit}.', en: 'The request is larger than {limit}.' },
  },
  'http.unauthenticated': {
    http: 401,
    exit: 3,
    text: {
      de: 'Niemand ist angemeldet. Im Browser anmelden, oder mit `bergfried token create` ein Token anlegen und als Bearer mitschicken.',
      en: 'Nobody is signed in. Sign in with a browser, or create a token with `bergfried token create` and send it as a bearer token.',
    },
  },
  'http.forbidden': {
    http: 403,
    exit: 3,
    text: {
      de: 'Das Recht dazu fehlt ({permission}).',
      en: 'The permission for it is missing ({permission}).',
    },
  },
  'http.invalid': {
    http: 400,
    exit: 2,
    text: {
      de: 'Die Anfrage passt nicht: {where}: {reason}.',
      en: 'The request does not fit: {where}: {reason}.',
    },
  },
  'http.not_found': {
    http: 404,
    exit: 2,
    text: { de: 'Das gibt es hier nicht: {what}.', en: 'There is no such thing here: {what}.' },
  },
  'http.csrf': {
    http: 403,
    exit: 3,
    text: {
      de: 'Die Anfrage kam nicht von dieser Seite. Die Seite neu laden und noch einmal versuchen.',
      en: 'The request did not come from this page. Reload the page and try again.',
    },
  },
  'http.second_factor': {
    http: 403,
    exit: 3,
    text: {
      de: 'Ein zweiter Faktor fehlt. Unter „Konto“ einen Passkey oder einen Einmalcode einrichten.',
      en: 'A second factor is missing. Set up a passkey or one-time codes under “Account”.',
    },
  },
} as const satisfies Record<string, ErrorSpec>
