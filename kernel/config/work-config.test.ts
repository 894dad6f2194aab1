import { describe, expect, it } from 'vitest'
import { BergfriedError } from '../errors.ts'
import { parseConfig } from './config.ts'

const RECIPIENT = 'age18dhmcm2zlmakk20mqrzzyg2k3gayssrd8p45nr559hnav395feaszmdmht'
const read = (text: string) => parseConfig(text, '/etc/bergfried/bergfried.yaml', 'en')
const refusal = (text: string): string => {
  try {
    read(text)
    return 'accepted'
  } catch (error) {
    if (error instanceof BergfriedError) return error.sentence('en')
    throw error
  }
}
const SYSTEM = 'systems:\n  - { name: shop-db, kind: postgres, connection: "postgres://x@db.example/shop" }\n'
const backup = (more = ''): string =>
  `${SYSTEM}backups:\n  - { name: shop, system: shop-db, connection: "postgres://b@db.example/shop", to: { folder: store }, recipients: [${RECIPIENT}]${more} }\n`

describe('backups', () => {
  it('are read with what holds where nothing is said, paths from the file on', () => {
    expect(read(backup(', password: { file: pw }')).backups).toMatchObject([
      {
        ...{
          name: 'shop',
          to: { folder: '/etc/bergfried/store' },
          password: { file: '/etc/bergfried/pw' },
          drill: null,
        },
        ...{ everySeconds: 86_400, keepSeconds: 2_592_000, atLeast: 7, recoveryPointSeconds: 90_000 },
      },
    ])
  })

  it.each([
    [
      backup().replace('shop-db, connection: "postgres://b', 'other, connection: "postgres://b'),
      '“other” is no system of kind postgres',
    ],
    [backup(', every: PT1S'), 'expected is a duration'],
    [backup().replace(RECIPIENT, 'age1abc'), 'a recipient such as age1'],
    [backup() + backup().split('\n')[3], 'is there twice'],
  ])('are refused: %s', (text, reason) => expect(refusal(text)).toContain(reason))
})

describe('blocking', () => {
  it('is off where nothing is said, and rehearses where only its name is', () => {
    expect(read('{}').blocking).toMatchObject({ configured: false, mode: 'off' })
    expect(read('blocking: {}').blocking).toMatchObject({
      configured: true,
      mode: 'dry-run',
      limits: { seconds: [600, 3600, 86_400, 604_800] },
    })
  })

  it.each([
    ['blocking: { mode: on }', 'mode'],
    ['blocking: { never: [office] }', 'an address or a network'],
    ['blocking: { shareOfClients: 2 }', 'shareOfClients'],
  ])('is refused: %s', (text, reason) => expect(refusal(text)).toContain(reason))
})

describe('segments and intents', () => {
  const network = (intent: string): string =>
    `network:\n  segments: { data: { addresses: [10.1.0.0/24], hosts: [db-1] }, app: { addresses: [10.2.0.0/24] } }\n  intents:\n    - { name: a, to: data, owner: o, reason: r, ${intent} }\n`

  it('are read', () => {
    expect(read(network('from: [app], services: [tcp/5432]')).network.intents).toMatchObject([
      { name: 'a', to: 'data', from: ['app'], covers: 'everything', until: null },
    ])
  })

  it.each([
    [network('from: [lab]'), '“lab” is no segment; there are data, app'],
    [network('services: [http]'), 'a service such as tcp/5432'],
    [network('covers: services'), 'services'],
  ])('are refused: %s', (text, reason) => expect(refusal(text)).toContain(reason))
})
