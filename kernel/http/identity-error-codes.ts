import type { ErrorSpec } from '../error-spec.ts'

/** What goes wrong when people sign in and look after accounts. */
export const IDENTITY_ERRORS = {
  'identity.refused': {
    http: 401,
    exit: 3,
    text: {
      de: 'Die Anmeldung hat nicht geklappt. Angaben prüfen und noch einmal versuchen; wer nicht weiterkommt, fragt einen Inhaber nach einer neuen Einladung.',
      en: 'Signing in did not work. Check what you entered and try again; whoever is stuck asks an owner for a new invitation.',
    },
  },
  'identity.too_many': {
    http: 429,
    exit: 3,
    text: {
      de: 'Zu viele Versuche. In {seconds} Sekunden geht es weiter.',
      en: 'Too many attempts. It goes on in {seconds} seconds.',
    },
  },
  'identity.busy': {
    http: 503,
    exit: 3,
    text: {
      de: 'Gerade melden sich sehr viele an. In einer Minute noch einmal versuchen.',
      en: 'Very many are signing in right now. Try again in a minute.',
    },
  },
  'identity.sign_in_again': {
    http: 403,
    exit: 3,
    text: {
      de: 'Für diese Änderung bitte noch einmal anmelden: Die letzte Anmeldung ist älter als 10 Minuten.',
      en: 'Please sign in again for this change: the last sign-in is older than 10 minutes.',
    },
  },
  'identity.link_invalid': {
    http: 404,
    exit: 3,
    text: {
      de: 'Dieser Link gilt nicht oder nicht mehr. Einen neuen Einrichtungslink macht der Neustart des Servers, eine neue Einladung ein Inhaber.',
      en: 'This link is not valid, or no longer. Restarting the server makes a new setup link, an owner makes a new invitation.',
    },
  },
  'identity.login_taken': {
    http: 409,
    exit: 2,
    text: {
      de: 'Den Anmeldenamen „{login}“ gibt es schon. Einen anderen wählen.',
      en: 'The sign-in name “{login}” exists already. Choose another.',
    },
  },
  'identity.text_invalid': {
    http: 400,
    exit: 2,
    text: { de: '{where} passt nicht: {reason}.', en: '{where} does not fit: {reason}.' },
  },
  'identity.password_weak': {
    http: 422,
    exit: 2,
    text: {
      de: 'Dieses Passwort ist zu leicht zu erraten: {reason}. Vier zufällige Wörter sind leichter zu merken und besser.',
      en: 'This password is too easy to guess: {reason}. Four random words are easier to remember and better.',
    },
  },
  'identity.password_wrong': {
    http: 422,
    exit: 2,
    text: {
      de: 'Das bisherige Passwort stimmt nicht. Oder frisch mit einem Passkey anmelden, dann ist es nicht nötig.',
      en: 'The current password is wrong. Or sign in freshly with a passkey, then it is not needed.',
    },
  },
  'identity.code_wrong': {
    http: 422,
    exit: 2,
    text: {
      de: 'Der Code stimmt nicht. Uhrzeit des Geräts prüfen und den nächsten Code nehmen.',
      en: 'The code is wrong. Check the clock of the device and take the next code.',
    },
  },
  'identity.totp_missing': {
    http: 422,
    exit: 2,
    text: {
      de: 'Zu einem Passwort gehören Einmalcodes. Beides zusammen einrichten.',
      en: 'A password needs one-time codes. Set up both together.',
    },
  },
  'identity.passkey_refused': {
    http: 422,
    exit: 2,
    text: {
      de: 'Der Passkey wurde nicht angenommen. Noch einmal versuchen; er muss die Person prüfen können (PIN, Finger, Gesicht).',
      en: 'The passkey was not accepted. Try again; it has to be able to check the person (PIN, finger, face).',
    },
  },
  'identity.passkeys_unavailable': {
    http: 409,
    exit: 3,
    text: {
      de: 'Die Adresse {url} kann keine Passkeys tragen. Nötig sind ein Name statt einer Nummer und https (oder localhost).',
      en: 'The address {url} cannot carry passkeys. They need a name in place of a number, and https (or localhost).',
    },
  },
  'identity.last_way': {
    http: 409,
    exit: 2,
    text: {
      de: 'Das ist der letzte Weg, sich anzumelden. Erst einen anderen einrichten.',
      en: 'This is the last way to sign in. Set up another one first.',
    },
  },
  'identity.last_owner': {
    http: 409,
    exit: 2,
    text: {
      de: 'Danach könnte sich kein Inhaber mehr anmelden. Erst einer anderen Person diese Rolle geben.',
      en: 'After that no owner could sign in any more. Give the role to another person first.',
    },
  },
  'identity.own_account': {
    http: 409,
    exit: 2,
    text: {
      de: 'Das eigene Konto lässt sich so nicht ändern. Ein anderer Inhaber kann es.',
      en: 'Your own account cannot be changed like this. Another owner can.',
    },
  },
  'identity.locked': {
    http: 409,
    exit: 2,
    text: {
      de: 'Das Konto ist gesperrt. Erst entsperren.',
      en: 'The account is locked. Unlock it first.',
    },
  },
  'identity.logo_invalid': {
    http: 422,
    exit: 2,
    text: { de: 'Das Logo geht nicht: {reason}.', en: 'The logo does not work: {reason}.' },
  },
  'identity.provider_failed': {
    http: 502,
    exit: 3,
    text: {
      de: 'Die Anmeldung über „{provider}“ ging nicht ({reason}). Noch einmal versuchen oder anders anmelden.',
      en: 'Signing in through “{provider}” did not work ({reason}). Try again or sign in another way.',
    },
  },
  'identity.not_linked': {
    http: 403,
    exit: 3,
    text: {
      de: 'Zu dieser Anmeldung gehört hier kein Konto. Ein Inhaber kann einladen; wer schon ein Konto hat, verbindet es unter „Konto“.',
      en: 'No account here belongs to this sign-in. An owner can invite; whoever has an account connects it under “Account”.',
    },
  },
  'identity.linked_elsewhere': {
    http: 409,
    exit: 2,
    text: {
      de: 'Diese Verbindung gibt es schon: hier oder bei einem anderen Konto.',
      en: 'This connection exists already: here or with another account.',
    },
  },
  'identity.too_many_things': {
    http: 409,
    exit: 2,
    text: {
      de: 'Mehr als {most} gehen nicht. Erst etwas entfernen.',
      en: 'There may be {most} at the most. Remove something first.',
    },
  },
} as const satisfies Record<string, ErrorSpec>
