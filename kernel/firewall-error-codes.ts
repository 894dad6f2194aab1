import type { ErrorSpec } from './error-spec.ts'

/** What goes wrong when rules of firewalls are proposed, approved, applied and reviewed. */
export const FIREWALL_ERRORS = {
  'firewall.off': {
    http: 409,
    exit: 3,
    text: {
      de: 'Hier handelt nichts: in der Vorführung wird keine Firewall geändert.',
      en: 'Nothing acts here: no firewall is changed in the demonstration.',
    },
  },
  'firewall.unknown_host': {
    http: 404,
    exit: 2,
    text: {
      de: 'Von der Firewall von {host} ist nichts bekannt. Dort muss bergfried-host laufen, und /etc/bergfried-host/firewall.json muss da sein.',
      en: 'Nothing is known of the firewall of {host}. bergfried-host has to run there, and /etc/bergfried-host/firewall.json has to be there.',
    },
  },
  'firewall.rules': {
    http: 409,
    exit: 2,
    text: { de: 'Der Kernel nimmt diese Regeln nicht: {reason}', en: 'The kernel does not take these rules: {reason}' },
  },
  'firewall.no_rehearsal': {
    http: 502,
    exit: 3,
    text: {
      de: 'Diese Maschine kann Regeln nicht proben: {reason}. nftables und util-linux installieren, Netz-Namensräume erlauben.',
      en: 'This machine cannot rehearse rules: {reason}. Install nftables and util-linux, and allow network namespaces.',
    },
  },
  'firewall.nothing': {
    http: 409,
    exit: 2,
    text: {
      de: 'Diese Regeln tun dasselbe wie die geltenden: nichts zu ändern.',
      en: 'These rules do what those in force do: there is nothing to change.',
    },
  },
  'firewall.own': {
    http: 403,
    exit: 2,
    text: {
      de: 'Die eigene Änderung gibt man nicht selbst frei; jemand anderes muss es tun.',
      en: 'Nobody approves a change of their own; somebody else has to.',
    },
  },
  'firewall.not_now': {
    http: 409,
    exit: 2,
    text: {
      de: 'Das geht bei dieser Änderung nicht: sie ist {state}.',
      en: 'That cannot be done with this change: it is {state}.',
    },
  },
  'firewall.stale': {
    http: 409,
    exit: 2,
    text: {
      de: 'Die Regeln auf {host} sind inzwischen andere als die, für die diese Änderung gemacht ist. Neu vorschlagen.',
      en: 'The rules on {host} are others by now than those that this change was made for. Propose it anew.',
    },
  },
  'firewall.busy': {
    http: 409,
    exit: 2,
    text: {
      de: 'Auf {host} wird gerade eine andere Änderung gemacht. Ihr Ende abwarten.',
      en: 'Another change is being made on {host}. Wait for its end.',
    },
  },
  'firewall.shown': {
    http: 409,
    exit: 3,
    text: {
      de: 'Was der Server für {host} zeigt, ist nicht das, was unterschrieben würde. Nichts unterschreiben und den Server prüfen.',
      en: 'What the server shows for {host} is not what would be signed. Sign nothing, and check the server.',
    },
  },
  'firewall.undecided': {
    http: 409,
    exit: 2,
    text: {
      de: 'Noch nicht alle Regeln sind entschieden: {count} fehlen.',
      en: 'Not all rules have been decided: {count} are missing.',
    },
  },
} as const satisfies Readonly<Record<string, ErrorSpec>>
