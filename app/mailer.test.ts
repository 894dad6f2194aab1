import { createServer, type Server, type Socket } from 'node:net'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { MailWorker } from '../capabilities/detection/notify/mail-worker.ts'
import { queueMails } from '../capabilities/detection/notify/queue.ts'
import { raise } from '../capabilities/detection/store.ts'
import { handClock } from '../kernel/clock/clock.ts'
import type { MailConfig } from '../kernel/config/detection-config.ts'
import { environmentOf } from '../kernel/config/environment.ts'
import { type TestDatabase, testDatabase } from '../kernel/testing/cluster.ts'
import { mailer } from './mailer.ts'

/** Takes mails as RFC 5321 has it, and can be told to refuse. */
interface Sink {
  readonly port: number
  readonly mails: string[]
  refusing: boolean
  close(): void
}

async function smtpSink(): Promise<Sink> {
  const sink = { port: 0, mails: [] as string[], refusing: false, close: () => server.close() }
  const server: Server = createServer((socket: Socket) => {
    let [held, data] = ['', false]
    const say = (text: string): void => void socket.write(`${text}\r\n`)
    say('220 sink')
    socket.on('error', () => undefined)
    socket.on('data', (part: Buffer) => {
      held += part.toString()
      for (;;) {
        const end = held.indexOf(data ? '\r\n.\r\n' : '\r\n')
        if (end === -1) return
        const line = held.slice(0, end)
        held = held.slice(end + (data ? 5 : 2))
        if (data) {
          sink.mails.push(line)
          data = false
          say('250 taken')
        } else if (/^(EHLO|HELO)/i.test(line)) say('250 sink')
        else if (/^DATA/i.test(line)) {
          data = true
          say('354 go on')
        } else if (/^QUIT/i.test(line)) socket.end('221 bye\r\n')
        else say(sink.refusing && /^MAIL/i.test(line) ? '451 later' : '250 ok')
      }
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  sink.port = (server.address() as { port: number }).port
  return sink
}

let db: TestDatabase
let sink: Sink
beforeAll(async () => {
  db = await testDatabase()
})
afterAll(() => db.close())
beforeEach(async () => {
  sink = await smtpSink()
})
afterEach(async () => {
  sink.close()
  await db.stage('bf_owner').query('truncate detection.mail, detection.alert cascade')
})

const clock = handClock('2026-11-23T10:00:00Z')
const config = (): MailConfig => ({
  ...{
    host: '127.0.0.1',
    port: sink.port,
    security: 'none',
    from: 'bergfried@example.com',
    to: ['security@example.com'],
  },
  ...{ user: null, password: null, level: 'medium' },
})
const alarm = (level: 'low' | 'high', address: string) =>
  db.stage('bf_detect').transaction(async (tx) => {
    const fired = {
      ...{ rule: 'r', title: 'Many failed sign-ins', level, tags: [], about: { src_ip: address }, digests: [] },
      ...{ at: clock.now().getTime(), arrived: clock.now().getTime() },
    }
    const raised = await raise(tx, 'a'.repeat(64), [fired], () => crypto.randomUUID())
    await queueMails(tx, clock.now(), raised, 'medium')
  })
const worker = () => {
  const send = mailer(config(), environmentOf({}), 'de', 'https://bergfried.example.com')
  if (send === null) throw new Error('no mailer')
  return new MailWorker({ pool: db.stage('bf_detect'), clock, send, onProblem: () => undefined })
}

it('mails each new alert that is grave enough once, in the language of the house', async () => {
  await alarm('high', '203.0.113.9')
  await alarm('high', '203.0.113.9')
  await alarm('low', '203.0.113.10')
  const one = worker()
  await one.step()
  await one.step()
  await one.stop()
  expect(sink.mails).toHaveLength(1)
  expect(sink.mails[0]).toContain('Subject: [Bergfried] Alarm high: Many failed sign-ins')
  expect(sink.mails[0]).toContain('203.0.113.9')
  expect(sink.mails[0]).toContain('https://bergfried.example.com/alerts')
})

it('puts a flood into one mail', async () => {
  for (let i = 0; i < 20; i += 1) await alarm('high', `203.0.113.${i}`)
  const one = worker()
  await one.step()
  await one.stop()
  expect(sink.mails).toHaveLength(1)
  expect(sink.mails[0]).toContain('Subject: [Bergfried] 20 Alarme')
})

it('tries again, later and later, until the server takes it', async () => {
  await alarm('high', '203.0.113.9')
  sink.refusing = true
  const one = worker()
  await expect(one.step()).rejects.toThrow()
  await one.step()
  expect(
    await db.stage('bf_detect').query('select attempts, problem is not null as failed, sent_at from detection.mail'),
  ).toEqual([{ attempts: 1, failed: true, sent_at: null }])
  sink.refusing = false
  clock.advance(60_000)
  await one.step()
  await one.stop()
  expect(sink.mails).toHaveLength(1)
})

it('sends nothing in clear where STARTTLS was asked for', async () => {
  const send = mailer({ ...config(), security: 'starttls' }, environmentOf({}), 'de', null)
  const alert = { id: 'x', title: 't', level: 'high', about: {}, firstAt: clock.now() }
  await expect(send?.([alert])).rejects.toThrow()
  expect(sink.mails).toEqual([])
})
