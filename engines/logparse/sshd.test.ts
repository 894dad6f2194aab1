import { fc, test } from '@fast-check/vitest'
import { expect, it } from 'vitest'
import { LONGEST_MESSAGE, parseSshd } from './sshd.ts'

it('reads who signed in, how, and from where', () => {
  expect(parseSshd('Accepted publickey for deploy from 2001:db8::7 port 50022 ssh2: ED25519 SHA256:abc')).toMatchObject(
    {
      outcome: 'accepted',
      method: 'publickey',
      user: 'deploy',
      src_ip: '2001:db8::7',
      src_port: 50022,
    },
  )
  expect(parseSshd('Invalid user  from 192.0.2.9 port 4')).toMatchObject({ outcome: 'unknown_user', user: '' })
})

it('does not take the address from a name that the attacker chose', () => {
  const name = 'root from 198.51.100.1 port 22 ssh2'
  const line = `Failed password for invalid user ${name} from 192.0.2.9 port 4711 ssh2`
  expect(parseSshd(line)).toMatchObject({ outcome: 'failed', user: name, src_ip: '192.0.2.9', src_port: 4711 })
})

it('leaves what it does not know, or what was cut, without an outcome', () => {
  expect(parseSshd('Server listening on 0.0.0.0 port 22.')).not.toHaveProperty('outcome')
  const long = parseSshd(`Failed password for ${'a'.repeat(9000)} from 192.0.2.9 port 1 ssh2`)
  expect(long).toEqual({ message: expect.any(String), cut: true })
  expect(long.message).toHaveLength(LONGEST_MESSAGE)
})

test.prop([
  fc.string({ unit: 'binary', maxLength: 20_000 }),
  fc.constantFrom('', 'Failed password for ', 'Invalid user '),
])('never throws and never reads more than its limit', (text, head) => {
  expect(parseSshd(head + text).message.length).toBeLessThanOrEqual(LONGEST_MESSAGE)
})
