import { defineCommand } from '../command.ts'
import { remoteOf } from '../remote/call.ts'

/** `bergfried approver`: the own SSH key is to approve from now on. */
export const approverCommand = defineCommand({
  name: 'approver',
  summary: { de: 'hinterlegt den eigenen SSH-Schlüssel zum Freigeben', en: 'enrols the own SSH key for approving' },
  async run(world) {
    const { waits } = await (await remoteOf(world)).call<{ waits: boolean }>('approver')
    if (world.lang === 'de')
      world.out(waits ? 'Wartet: jemand, der schon freigibt, muss unterschreiben (bergfried requests)' : 'Hinterlegt')
    else world.out(waits ? 'Waits: somebody who approves already has to sign (bergfried requests)' : 'Enrolled')
    return 0
  },
})
