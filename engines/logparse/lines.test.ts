import { fc, test } from '@fast-check/vitest'
import { expect, it } from 'vitest'
import { parseSudo } from './sudo.ts'
import { parseSyslogLine } from './syslog-line.ts'
import { parseWebLine } from './web-line.ts'

const NOW = Date.parse('2026-01-02T10:00:00Z')

it('reads the header of a line, with the year that is not in it', () => {
  expect(parseSyslogLine('Jan  2 09:00:01 db-1 sshd[4711]: Failed password for x', NOW, 60)).toEqual({
    at: Date.parse('2026-01-02T08:00:01Z'),
    host: 'db-1',
    program: 'sshd',
    message: 'Failed password for x',
  })
  expect(parseSyslogLine('Dec 31 23:59:59 db-1 sudo: x', NOW, 0)?.at).toBe(Date.parse('2025-12-31T23:59:59Z'))
  expect(parseSyslogLine('2026-01-02T09:00:00.123456+01:00 db-1 sshd-session[1]: y', NOW, 0)?.at).toBe(
    Date.parse('2026-01-02T08:00:00.123Z'),
  )
})

it('reads an access log', () => {
  const line = '203.0.113.9 - anna [02/Jan/2026:09:00:00 +0100] "GET /wp-login.php?a=1 HTTP/1.1" 404 153 "-" "curl/8"'
  expect(parseWebLine(line)).toEqual({
    at: Date.parse('2026-01-02T08:00:00Z'),
    fields: {
      ...{ 'c-ip': '203.0.113.9', src_ip: '203.0.113.9', 'cs-method': 'GET', 'cs-uri': '/wp-login.php?a=1' },
      ...{ 'cs-uri-stem': '/wp-login.php', 'cs-uri-query': 'a=1', 'sc-status': 404, 'cs-username': 'anna' },
      ...{ 'sc-bytes': 153, 'cs-user-agent': 'curl/8' },
    },
  })
})

it('reads what sudo let somebody do, and what not', () => {
  const rest = 'TTY=pts/0 ; PWD=/home/anna ; USER=root ; COMMAND=/usr/bin/id'
  expect(parseSudo(`    anna : ${rest}`)).toMatchObject({
    user: 'anna',
    outcome: 'ran',
    target: 'root',
    command: '/usr/bin/id',
  })
  expect(parseSudo(`    anna : 3 incorrect password attempts ; ${rest}`)).toMatchObject({ outcome: 'refused' })
})

test.prop([fc.string({ unit: 'binary', maxLength: 3000 })])('never throw, whatever a line holds', (text) => {
  parseSyslogLine(text, NOW, 0)
  parseWebLine(text)
  parseWebLine(`1.2.3.4 - - [02/Jan/2026:09:00:00 +0100] "GET ${text}`)
  parseSudo(`anna : ${text}`)
})
