import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { basename, resolve } from 'node:path'
import { addAttestation } from '../../capabilities/assurance/attestations.ts'
import { BergfriedError } from '../../kernel/errors.ts'
import { defineCommand } from '../command.ts'
import { CONFIG_OPTION, withHouse } from '../house.ts'
import { instantOption, required } from '../options.ts'
import { caller } from '../person.ts'

/** `bergfried attest CONTROL ATTESTATION --document FILE --person NAME`: a person vouches, on the strength of a document. */
export const attest = defineCommand({
  name: 'attest',
  summary: {
    de: 'hält fest, dass eine Person mit einem Dokument für etwas einsteht',
    en: 'records that a person vouches for something with a document',
  },
  args: [
    { name: 'CONTROL', help: { de: 'Zusage, zum Beispiel DCS-02', en: 'promise, for example DCS-02' } },
    {
      name: 'ATTESTATION',
      help: { de: 'welche ihrer Bezeugungen (policy list)', en: 'which of its attestations (policy list)' },
    },
  ],
  options: {
    ...CONFIG_OPTION,
    document: {
      type: 'string',
      value: 'FILE',
      help: { de: 'das Dokument; gespeichert wird sein Hash', en: 'the document; its hash is stored' },
    },
    person: { type: 'string', help: { de: 'wer einsteht', en: 'who vouches' } },
    note: { type: 'string', help: { de: 'Bemerkung', en: 'remark' } },
    until: {
      type: 'string',
      value: 'DAY',
      help: { de: 'früheres Ende als in der Richtlinie', en: 'an earlier end than the policy states' },
    },
  },
  run: (world, { args, options }) =>
    withHouse(world, options['config'] as string | undefined, async (house) => {
      const file = resolve(world.cwd, required(options, 'document'))
      const until =
        options['until'] === undefined ? null : instantOption('--until', String(options['until'])).toISOString()
      const id = await addAttestation(
        house.database.stage('bf_desk'),
        {
          control: args[0] ?? '',
          attestation: args[1] ?? '',
          person: required(options, 'person'),
          document: basename(file),
          documentSha256: await digestOfFile(file),
          note: (options['note'] as string | undefined) ?? null,
          until,
        },
        { by: caller(world), now: house.clock.now(), policy: house.policy },
      )
      world.out(`${id}`)
      return 0
    }),
})

async function digestOfFile(file: string): Promise<string> {
  const sum = createHash('sha256')
  try {
    for await (const chunk of createReadStream(file)) sum.update(chunk as Buffer)
  } catch (error) {
    throw new BergfriedError('config.missing', { file }, { cause: error })
  }
  return sum.digest('hex')
}
