import { texts } from './text.ts'

export const SIGN_IN = texts({
  title: { de: 'Anmelden', en: 'Sign in' },
  passkey: { de: 'Mit Passkey anmelden', en: 'Sign in with a passkey' },
  with: { de: 'Mit {name} anmelden', en: 'Sign in with {name}' },
  password: { de: 'Mit Passwort', en: 'With a password' },
  login: { de: 'Anmeldename oder E-Mail', en: 'Sign-in name or mail' },
  secret: { de: 'Passwort', en: 'Password' },
  code: { de: 'Einmalcode oder Wiederherstellungscode', en: 'One-time or recovery code' },
  go: { de: 'Anmelden', en: 'Sign in' },
  cancelled: {
    de: 'Der Passkey wurde nicht benutzt. Noch einmal versuchen oder anders anmelden.',
    en: 'The passkey was not used. Try again or sign in another way.',
  },
  setup: {
    de: 'Hier ist noch niemand eingerichtet. Der Link dafür steht in der Ausgabe des Servers.',
    en: 'Nobody is set up here yet. The link for it is in the output of the server.',
  },
  trust: { de: 'Zur öffentlichen Seite', en: 'To the public page' },
  problem: { de: 'Die Anmeldung ging nicht ({code}).', en: 'Signing in did not work ({code}).' },
})

export const SETUP = texts({
  setupTitle: { de: 'Bergfried einrichten', en: 'Set up Bergfried' },
  joinTitle: { de: 'Einladung annehmen', en: 'Accept the invitation' },
  step: { de: 'Schritt {n} von {total}', en: 'Step {n} of {total}' },
  language: { de: 'Sprache', en: 'Language' },
  you: { de: 'Sie', en: 'You' },
  name: { de: 'Ihr Name', en: 'Your name' },
  login: { de: 'E-Mail oder Anmeldename', en: 'Mail or sign-in name' },
  organisation: { de: 'Ihr Unternehmen', en: 'Your organisation' },
  organisationName: { de: 'Name', en: 'Name' },
  logo: {
    de: 'Logo (freiwillig; PNG, WebP oder SVG, höchstens 100 kB)',
    en: 'Logo (optional; PNG, WebP or SVG, at most 100 kB)',
  },
  logoBig: { de: 'Das Bild ist größer als 100 kB.', en: 'The picture is larger than 100 kB.' },
  way: { de: 'Anmelden', en: 'Signing in' },
  passkeyHelp: {
    de: 'Ein Passkey liegt auf Ihrem Gerät, dem Telefon oder einem Sicherheitsschlüssel; er lässt sich weder erraten noch abfischen.',
    en: 'A passkey lies on your device, your phone or a security key; it can be neither guessed nor phished.',
  },
  passkey: { de: 'Passkey anlegen', en: 'Create a passkey' },
  noPasskeys: {
    de: 'Unter dieser Adresse gehen keine Passkeys. Die Seite über https oder localhost öffnen, oder ein Passwort nehmen.',
    en: 'Passkeys do not work under this address. Open the page over https or localhost, or take a password.',
  },
  orPassword: { de: 'Lieber ein Passwort mit Einmalcodes', en: 'Rather a password with one-time codes' },
  orPasskey: { de: 'Doch lieber ein Passkey', en: 'Rather a passkey after all' },
  password: { de: 'Passwort (mindestens 12 Zeichen)', en: 'Password (at least 12 characters)' },
  totp: {
    de: 'Diesen Schlüssel in eine App für Einmalcodes eingeben:',
    en: 'Enter this key into an app for one-time codes:',
  },
  totpLink: { de: 'auf diesem Gerät öffnen', en: 'open on this device' },
  code: { de: 'Code, den die App zeigt', en: 'Code that the app shows' },
  next: { de: 'Weiter', en: 'Next' },
  back: { de: 'Zurück', en: 'Back' },
  finish: { de: 'Fertig', en: 'Finish' },
  codesTitle: { de: 'Wiederherstellungscodes', en: 'Recovery codes' },
  codesHelp: {
    de: 'Jeder gilt einmal, wenn das Telefon weg ist. Ausdrucken oder im Passwortspeicher sichern; sie werden nicht noch einmal gezeigt.',
    en: 'Each works once, when the phone is gone. Print them or keep them in a password store; they are not shown again.',
  },
  toPolicy: { de: 'Zur Richtlinie', en: 'To the policy' },
  noLink: {
    de: 'In der Adresse fehlt der geheime Teil. Den Link ganz kopieren, wie der Server ihn ausgab.',
    en: 'The secret part of the address is missing. Copy the link whole, as the server printed it.',
  },
  cancelled: {
    de: 'Es wurde kein Passkey angelegt. Noch einmal versuchen oder ein Passwort nehmen.',
    en: 'No passkey was created. Try again or take a password.',
  },
  device: { de: 'Dieses Gerät', en: 'This device' },
})
