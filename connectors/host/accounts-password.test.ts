import { expect, it } from 'vitest'
import { passwordState } from './accounts-password.ts'

it.each([
  ['', 'none', null],
  ['!', 'disabled', null],
  ['!!', 'disabled', null],
  ['*', 'disabled', null],
  ['!*', 'disabled', null],
  ['x', 'disabled', null],
  ['*LK*', 'disabled', null],
  ['*NP*', 'disabled', null],
  ['$y$j9T$abcdefghijklmnopqrstuv$0123456789', 'set', 'yescrypt'],
  ['!$y$j9T$abcdefghijklmnopqrstuv$0123456789', 'locked', 'yescrypt'],
  ['!!$6$salt$0123456789', 'locked', 'sha512crypt'],
  ['*$6$salt$0123456789', 'locked', 'sha512crypt'],
  ['$gy$j9T$abc$def', 'set', 'gost-yescrypt'],
  ['$7$CU..../....salt$hash', 'set', 'scrypt'],
  ['$2b$12$abcdefghijklmnopqrstuv', 'set', 'bcrypt'],
  ['$2y$05$abcdefghijklmnopqrstuv', 'set', 'bcrypt'],
  ['$5$rounds=5000$salt$hash', 'set', 'sha256crypt'],
  ['$1$salt$hash', 'set', 'md5crypt'],
  ['$md5,rounds=904$salt$hash', 'set', 'sunmd5'],
  ['$sha1$40000$salt$hash', 'set', 'sha1crypt'],
  ['$3$$8846f7eaee8fb117ad06bdd830b7586c', 'set', 'nt'],
  ['$argon2id$v=19$m=65536$salt$hash', 'set', 'unknown'],
  ['_J9..CCCCXBrJUJV154M', 'set', 'bsdicrypt'],
  ['abJnggxhB/yWI', 'set', 'des'],
  ['!abJnggxhB/yWI', 'locked', 'des'],
  ['not a hash', 'disabled', null],
])('%j is %s (%s)', (field, state, scheme) => {
  expect(passwordState(field)).toEqual({ state, scheme })
})
