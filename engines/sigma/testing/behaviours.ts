/** One behaviour as Sigma: the rules for its single events, and the correlation that counts them. */
interface Behaviour {
  /** Detection in flow style. */
  readonly detection: string
  /** Body of the correlation but for rules and `group-by`, in flow style. */
  readonly counts: string
}

const MESSAGES_OF_FAILURE = [
  'Invalid user *',
  'Failed password for *',
  'Disconnected from authenticating user *',
  'Connection closed by authenticating user *',
  'banner exchange: Connection from *: invalid format',
]
const FAILED_LOGIN = `{ s: { message: ${JSON.stringify(MESSAGES_OF_FAILURE)} }, condition: s }`
const REFUSED_PATH = (patterns: readonly string[]) =>
  `{ s: { status: [401, 403, 404], uri: ${JSON.stringify(patterns)} }, condition: s }`

/** Behaviours of attackers, by the names that the public corpus has for them. Written for the tests. */
const BEHAVIOURS: Readonly<Record<string, Behaviour>> = {
  'ssh-bf': { detection: FAILED_LOGIN, counts: 'type: event_count, timespan: 60s, condition: { gte: 6 }' },
  'ssh-bf_user-enum': {
    detection: FAILED_LOGIN,
    counts: 'type: value_count, timespan: 60s, condition: { field: user, gte: 6 }',
  },
  'ssh-slow-bf': { detection: FAILED_LOGIN, counts: 'type: event_count, timespan: 15m, condition: { gte: 20 }' },
  'ssh-time-based-bf': { detection: FAILED_LOGIN, counts: 'type: event_count, timespan: 1h, condition: { gte: 4 }' },
  'ssh-time-based-bf_user-enum': {
    detection: FAILED_LOGIN,
    counts: 'type: value_count, timespan: 1h, condition: { field: user, gte: 4 }',
  },
  'ssh-cve-2024-6387': {
    detection:
      "{ s: { message|contains: ['Timeout before authentication', 'message authentication code incorrect'] }, condition: s }",
    counts: 'type: event_count, timespan: 5m, condition: { gte: 4 }',
  },
  'ssh-bad-keyexchange-bf': {
    detection: "{ s: { message: 'Unable to negotiate with *: no matching *' }, condition: s }",
    counts: 'type: event_count, timespan: 60s, condition: { gte: 6 }',
  },
  'ssh-refused-conn': {
    detection: "{ s: { message|startswith: 'refused connect from ' }, condition: s }",
    counts: 'type: event_count, timespan: 60s, condition: { gte: 1 }',
  },
  'http-path-traversal-probing': {
    detection: REFUSED_PATH(['*../*', '*%2fetc%2f*', '*%252e%252e%252f*', '*/win.ini*']),
    counts: 'type: value_count, timespan: 60s, condition: { field: uri, gte: 5 }',
  },
  'http-sensitive-files': {
    detection: REFUSED_PATH(['/.*']),
    counts: 'type: value_count, timespan: 60s, condition: { field: uri, gte: 5 }',
  },
  'http-probing': {
    detection: REFUSED_PATH(['*']),
    counts: 'type: value_count, timespan: 60s, condition: { field: uri, gte: 11 }',
  },
  'http-admin-interface-probing': {
    detection: REFUSED_PATH(['*phpmyadmin*', '/administrator/*', '/+cscoe+/*']),
    counts: 'type: value_count, timespan: 60s, condition: { field: uri, gte: 3 }',
  },
  'http-bf-wordpress_bf': {
    detection: '{ s: { method: POST, uri: "/wp-login.php*", status: 200 }, condition: s }',
    counts: 'type: event_count, timespan: 60s, condition: { gte: 6 }',
  },
  'http-bad-user-agent': {
    detection: "{ s: { agent|contains: ['(Nikto/', 'sqlmap/', 'masscan/'] }, condition: s }",
    counts: 'type: event_count, timespan: 60s, condition: { gte: 2 }',
  },
}

/** Rules and correlations, grouped by address, for behaviours by name. */
export function behaviourRules(names: readonly string[]): string {
  return names
    .flatMap((name) => {
      const { detection, counts } = BEHAVIOURS[name] ?? { detection: '', counts: '' }
      return [
        `title: ${name}\nname: one-${name}\nlogsource: { product: test }\ndetection: ${detection}\n`,
        `title: ${name}\nname: ${name}\ncorrelation: { rules: [one-${name}], group-by: [address], ${counts} }\n`,
      ]
    })
    .join('---\n')
}

export const behavioursOf = (wanted: (name: string) => boolean): string[] => Object.keys(BEHAVIOURS).filter(wanted)
