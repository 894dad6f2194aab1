// Watches a log until it is killed. Arguments: database of the test cluster, file.
import { DetectionStream } from '../../capabilities/detection/stream/stream.ts'
import { systemClock } from '../../kernel/clock/clock.ts'
import { openDatabase } from '../../kernel/db/database.ts'
import { loadPack } from '../detection.ts'

const [, , database = '', file = ''] = process.argv
const cluster = JSON.parse(process.env['BERGFRIED_TEST_CLUSTER'] ?? '{}') as Parameters<typeof openDatabase>[0]
const pool = openDatabase({ ...cluster, database } as Parameters<typeof openDatabase>[0]).stage('bf_detect')
const stream = new DetectionStream({
  pool,
  clock: systemClock,
  pack: await loadPack(null),
  mailFrom: null,
  sources: [{ name: 'auth', kind: 'sshd', file, silentSeconds: 86_400 }],
  onRaised: async () => undefined,
})
process.stdout.write('up\n')
for (;;) {
  await stream.step()
  await new Promise((resolve) => setTimeout(resolve, 5))
}
