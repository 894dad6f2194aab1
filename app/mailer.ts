import { createTransport } from 'nodemailer'
import type { AlertMail, SendMail } from '../capabilities/detection/notify/mail-worker.ts'
import type { MailConfig } from '../kernel/config/detection-config.ts'
import type { Environment } from '../kernel/config/environment.ts'
import { readSecret } from '../kernel/config/secrets.ts'
import type { Lang } from '../kernel/i18n/text.ts'

const WORDS = {
  de: { one: 'Alarm', many: 'Alarme', about: 'Betrifft', first: 'zuerst', see: 'Ansehen und bestätigen' },
  en: { one: 'Alert', many: 'alerts', about: 'About', first: 'first', see: 'See and acknowledge' },
} as const
const TIMEOUT_MS = 20_000

/** Mails alerts through the configured server; null where none is. The password is read for each mail and kept nowhere. */
export function mailer(config: MailConfig | null, env: Environment, lang: Lang, url: string | null): SendMail | null {
  if (config === null) return null
  const { host, port, security, from, to, user, password } = config
  return async (alerts) => {
    const pass = password === null ? null : await readSecret(password, 'mail', env)
    const transport = createTransport({
      host,
      port,
      secure: security === 'tls',
      requireTLS: security === 'starttls',
      ignoreTLS: security === 'none',
      tls: { minVersion: 'TLSv1.2' },
      connectionTimeout: TIMEOUT_MS,
      greetingTimeout: TIMEOUT_MS,
      socketTimeout: TIMEOUT_MS,
      // Nothing is fetched and no file is read for a mail.
      disableFileAccess: true,
      disableUrlAccess: true,
      ...(user === null || pass === null ? {} : { auth: { user, pass } }),
    })
    try {
      await transport.sendMail({ from, to: [...to], subject: subjectOf(alerts, lang), text: textOf(alerts, lang, url) })
    } finally {
      transport.close()
    }
  }
}

function subjectOf(alerts: readonly AlertMail[], lang: Lang): string {
  const [first] = alerts
  const words = WORDS[lang]
  return alerts.length === 1 && first !== undefined
    ? `[Bergfried] ${words.one} ${first.level}: ${first.title}`
    : `[Bergfried] ${alerts.length} ${words.many}`
}

function textOf(alerts: readonly AlertMail[], lang: Lang, url: string | null): string {
  const words = WORDS[lang]
  const parts = alerts.map(({ title, level, about, firstAt, id }) =>
    [
      `${level}: ${title}`,
      `${words.about}: ${Object.entries(about)
        .map(([name, value]) => `${name} ${value}`)
        .join(', ')}`,
      `${words.first}: ${firstAt.toISOString()}`,
      id,
    ].join('\n'),
  )
  return `${parts.join('\n\n')}\n\n${words.see}: ${url ?? ''}/alerts\n`
}
