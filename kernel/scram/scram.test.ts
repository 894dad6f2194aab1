import { expect, it } from 'vitest'
import { scramVerifier } from './scram.ts'

it('gives the keys of the example in RFC 7677 section 3', () => {
  // user "user", password "pencil", salt W22ZaJ0SNY7soEsUEjb6gQ==, 4096 iterations; the server signature of the example
  // follows from these keys.
  const verifier = scramVerifier('pencil', Buffer.from('W22ZaJ0SNY7soEsUEjb6gQ==', 'base64'))
  expect(verifier).toBe(
    'SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=',
  )
})

it('differs each time for the same password', () => {
  expect(scramVerifier('x')).not.toBe(scramVerifier('x'))
})
