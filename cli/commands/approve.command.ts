import type { AccessView, RequestView } from '../../capabilities/access/contract.ts'
import { defineCommand } from '../command.ts'
import { remoteOf } from '../remote/call.ts'

/** `bergfried approve ID`: shows what is asked, word by word, and signs exactly that. */
export const approveCommand = defineCommand({
  name: 'approve',
  summary: {
    de: 'gibt einen Antrag mit dem eigenen SSH-Schlüssel frei',
    en: 'approves a request with the own SSH key',
  },
  args: [{ name: 'ID', help: { de: 'Nummer des Antrags', en: 'number of the request' } }],
  async run(world, { args }) {
    const remote = await remoteOf(world)
    const [id = ''] = args
    const { enrolments } = await remote.call<AccessView>('access')
    const enrolment = enrolments.find((e) => e.id === id)
    const text = enrolment?.text ?? (await remote.call<RequestView>('request', { id })).text
    world.note(text.trimEnd())
    const ssh = await remote.approve(text)
    if (enrolment !== undefined) {
      await remote.call('sign-enrolment', { id, ssh })
      world.out(
        world.lang === 'de'
          ? `${enrolment.person} darf von nun an freigeben`
          : `${enrolment.person} may approve from now on`,
      )
      return 0
    }
    const { begun } = await remote.call<{ begun: boolean }>('approve', { id, ssh })
    if (world.lang === 'de')
      world.out(begun ? 'Freigegeben, der Zugang beginnt' : 'Freigegeben, andere müssen noch folgen')
    else world.out(begun ? 'Approved, the access begins' : 'Approved, others have to follow')
    return 0
  },
})
