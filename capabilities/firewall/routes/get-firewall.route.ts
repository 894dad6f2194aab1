import { Problem, REFUSALS } from '../../../kernel/http/problem.ts'
import { defineRoute } from '../../../kernel/http/route.ts'
import { passkeysOf } from '../../identity/contract-people.ts'
import { readChanges, readHosts } from '../change/views.ts'
import { FirewallView } from '../contract.ts'
import { deskOf } from '../desk.ts'
import { personWhoCalls } from './host-caller.ts'

/** GET /api/firewall: hosts with their rule sets held against what was approved, and changes, the newest first. */
export const getFirewall = defineRoute((http, deps) => {
  http.get(
    '/api/firewall',
    {
      config: { permission: 'read' },
      schema: { operationId: 'getFirewall', response: { 200: FirewallView, 409: Problem, ...REFUSALS } },
    },
    async (request) => {
      deskOf(deps)
      const me = personWhoCalls(request)
      const [hosts, changes, passkeys] = await Promise.all([
        readHosts(deps),
        readChanges(deps, me),
        passkeysOf(deps.database, me),
      ])
      return {
        me,
        hosts: hosts.map(({ text: _text, ...host }) => host),
        changes: changes.map(({ rules: _rules, ...change }) => change),
        credentials: { rpId: new URL(deps.signIn.url).hostname, ids: passkeys.map(({ credentialId }) => credentialId) },
      }
    },
  )
})
