import { defineDrill } from '../../../kernel/drill/drill.ts'

export const noAnyAnyRulesDrill = defineDrill({
  check: 'network.no-any-any-rules',
  sandbox: 'host',
  title: {
    de: 'Bei der Fehlersuche bleibt eine Regel stehen, die alles durchlässt',
    en: 'A rule that lets everything through is left over from a search for errors',
  },
  expect: [{ resource: 'inet filter input #2', reason: 'any_any' }],
  needs: ['netns', 'nft'],
  async break(host) {
    const rules = (await host.read('/etc/nftables.conf')) ?? ''
    await host.nft(rules.replace('ct state invalid drop', 'accept'))
  },
  async mend(host) {
    await host.nft((await host.read('/etc/nftables.conf')) ?? '')
  },
})
