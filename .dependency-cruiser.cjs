// Layers, lowest first. A file may import its own layer and every layer left of it.
//   facts -> kernel -> connectors | capabilities -> app -> cli
// Connectors and capabilities never meet. Front ends (console, trust-page) see contracts only.
/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-circular-folders',
      severity: 'error',
      comment: 'Capabilities may see each other, but never in a circle.',
      scope: 'folder',
      from: { path: '^capabilities/[^/]+$' },
      to: { circular: true },
    },
    {
      name: 'facts-are-plain',
      severity: 'error',
      comment: 'Fact shapes depend on zod alone.',
      from: { path: '^facts/' },
      to: { pathNot: ['^facts/', 'node_modules/zod'] },
    },
    {
      name: 'kernel-knows-nobody',
      severity: 'error',
      comment: 'The kernel may use the fact shapes and itself. Its tests may use the real parts.',
      from: { path: '^kernel/', pathNot: '[.]test[.]ts$' },
      to: { path: '^(connectors|capabilities|app|cli|console|trust-page)/' },
    },
    {
      name: 'connectors-only-look',
      severity: 'error',
      comment: 'A connector reports facts; it knows no capability, no store, no judge, no configuration.',
      from: { path: '^connectors/', pathNot: ['[.]test[.]ts$', '^connectors/[^/]+/testing/'] },
      to: {
        path: [
          '^capabilities/',
          '^app/',
          '^cli/',
          '^kernel/(db|ledger|jobs|http|check|drill|policy|config|yaml|testing)/',
        ],
      },
    },
    {
      name: 'capabilities-and-connectors-never-meet',
      severity: 'error',
      from: { path: '^capabilities/', pathNot: ['/enforce[.]ts$', '[.]test[.]ts$'] },
      to: { path: '^(connectors|app|cli)/' },
    },
    {
      name: 'apply-only-from-enforce',
      severity: 'error',
      comment: 'Code that changes a system is imported by enforce.ts of a capability and by nothing else.',
      from: { pathNot: ['/enforce[.]ts$', '[.]test[.]ts$', '^connectors/[^/]+/apply[.]ts$'] },
      to: { path: '^connectors/[^/]+/apply[.]ts$' },
    },
    {
      name: 'checks-are-pure',
      severity: 'error',
      comment: 'A check is data: defineCheck, and SQL that several checks share, beside them.',
      from: { path: '[.]check[.]ts$' },
      to: { pathNot: ['^kernel/check/check[.]ts$', '^capabilities/[^/]+/checks/[^/]+[.]sql[.]ts$'] },
    },
    {
      name: 'drills-are-data',
      severity: 'error',
      comment: 'A drill touches its sandbox and nothing else.',
      from: { path: '[.]drill[.]ts$' },
      to: { pathNot: ['^kernel/drill/drill[.]ts$', '^kernel/drill/sandbox-register[.]ts$'] },
    },
    {
      name: 'rules-are-pure',
      severity: 'error',
      comment: 'Domain files of a capability touch no I/O.',
      from: { path: '^capabilities/[^/]+/[^/]+[.]ts$', pathNot: ['/(store|enforce)[.]ts$', '[.]test[.]ts$'] },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'capabilities-meet-at-contracts',
      severity: 'error',
      comment: 'One capability sees of another only contract.ts.',
      from: { path: '^capabilities/([^/]+)/' },
      to: { path: '^capabilities/[^/]+/', pathNot: ['^capabilities/$1/', '^capabilities/[^/]+/contract[.]ts$'] },
    },
    {
      name: 'app-does-not-know-the-command-line',
      severity: 'error',
      from: { path: '^app/' },
      to: { path: '^cli/' },
    },
    {
      name: 'front-ends-see-contracts',
      severity: 'error',
      from: { path: '^(console|trust-page)/' },
      to: { path: '^(kernel|facts|connectors|capabilities|app|cli)/', pathNot: '^capabilities/[^/]+/contract[.]ts$' },
    },
    {
      name: 'engines-are-pure',
      severity: 'error',
      comment: 'An engine is useful alone: no file of ours but its own, no I/O.',
      from: { path: '^engines/([^/]+)/', pathNot: '[.](test|bench)[.]ts$' },
      to: { pathNot: ['^engines/$1/', '^(node:)?(crypto|buffer|util)$', 'node_modules'] },
    },
    {
      name: 'verifier-stands-alone',
      severity: 'error',
      comment: 'Whoever distrusts us can read the verifier in one sitting.',
      from: { path: '^verifier/', pathNot: '[.]test[.]ts$' },
      to: { pathNot: ['^verifier/', '^engines/tlog/', '^(node:)?crypto$'] },
    },
    {
      name: 'tests-have-a-subject',
      severity: 'error',
      comment: 'Production code never imports a test or a test helper.',
      from: {
        pathNot: ['[.]test[.]ts$', '^kernel/testing/', '^app/testing/', '^connectors/[^/]+/testing/', '^tools/'],
      },
      to: { path: ['[.]test[.]ts$', '^kernel/testing/', '^app/testing/', '^connectors/[^/]+/testing/'] },
    },
    {
      name: 'routes-have-a-test',
      severity: 'error',
      comment: 'Every route is reached by a route test, through the registry.',
      from: { path: '[.]route[.]test[.]ts$' },
      to: { path: '[.]route[.]ts$', reachable: false },
    },
    { name: 'no-unresolved', severity: 'error', from: {}, to: { couldNotResolve: true } },
    { name: 'no-undeclared', severity: 'error', from: {}, to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    detectJSDocImports: false,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'types', 'node', 'default'] },
    cache: false,
  },
}
