import type { QueryClient } from '@tanstack/react-query'
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router'
import { organisationQuery, sessionQuery } from './api/session.ts'
import { PolicyPage } from './pages/policy/PolicyPage.tsx'
import { NotFound } from './ui/NotFound.tsx'
import { Loading, Problem } from './ui/Notice.tsx'
import { Shell } from './ui/Shell.tsx'

/** Filters live in the address: every view can be sent to somebody else. */
export type Search = Readonly<Record<string, string>>

function searchOf(raw: Record<string, unknown>): Search {
  return Object.fromEntries(
    Object.entries(raw)
      .filter(([, value]) => ['string', 'number', 'boolean'].includes(typeof value) && value !== '')
      .map(([key, value]) => [key, String(value).slice(0, 200)]),
  )
}

const root = createRootRouteWithContext<{ readonly client: QueryClient }>()({
  component: Outlet,
  notFoundComponent: NotFound,
  validateSearch: searchOf,
  loader: ({ context }) => context.client.ensureQueryData(organisationQuery),
})

/** Behind it everything needs somebody who is signed in. */
const inside = createRoute({
  getParentRoute: () => root,
  id: 'inside',
  component: Shell,
  beforeLoad: async ({ context, location }) => {
    const session = await context.client.ensureQueryData(sessionQuery)
    if (session === null) throw redirect({ to: '/sign-in', search: { to: location.href } })
  },
})

const home = createRoute({
  getParentRoute: () => inside,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/policy' })
  },
})
const policy = createRoute({ getParentRoute: () => inside, path: '/policy', component: PolicyPage })
const sentence = createRoute({ getParentRoute: () => inside, path: '/policy/$control', component: PolicyPage })

const systems = createRoute({
  getParentRoute: () => inside,
  path: '/systems',
  component: lazyRouteComponent(() => import('./pages/systems/SystemsPage.tsx'), 'SystemsPage'),
})
const system = createRoute({
  getParentRoute: () => inside,
  path: '/systems/$name',
  component: lazyRouteComponent(() => import('./pages/systems/SystemPage.tsx'), 'SystemPage'),
})
const findings = createRoute({
  getParentRoute: () => inside,
  path: '/findings',
  component: lazyRouteComponent(() => import('./pages/findings/FindingsPage.tsx'), 'FindingsPage'),
})
const finding = createRoute({
  getParentRoute: () => inside,
  path: '/findings/$id',
  component: lazyRouteComponent(() => import('./pages/findings/FindingPage.tsx'), 'FindingPage'),
})
const people = createRoute({
  getParentRoute: () => inside,
  path: '/people',
  component: lazyRouteComponent(() => import('./pages/people/PeoplePage.tsx'), 'PeoplePage'),
})
const person = createRoute({
  getParentRoute: () => inside,
  path: '/people/$person',
  component: lazyRouteComponent(() => import('./pages/people/PersonPage.tsx'), 'PersonPage'),
})
const access = createRoute({
  getParentRoute: () => inside,
  path: '/access',
  component: lazyRouteComponent(() => import('./pages/access/AccessPage.tsx'), 'AccessPage'),
})
const alerts = createRoute({
  getParentRoute: () => inside,
  path: '/alerts',
  component: lazyRouteComponent(() => import('./pages/alerts/AlertsPage.tsx'), 'AlertsPage'),
})
const network = createRoute({
  getParentRoute: () => inside,
  path: '/network',
  component: lazyRouteComponent(() => import('./pages/network/NetworkPage.tsx'), 'NetworkPage'),
})
const blocking = createRoute({
  getParentRoute: () => inside,
  path: '/blocking',
  component: lazyRouteComponent(() => import('./pages/blocking/BlockingPage.tsx'), 'BlockingPage'),
})
const backups = createRoute({
  getParentRoute: () => inside,
  path: '/backups',
  component: lazyRouteComponent(() => import('./pages/backups/BackupsPage.tsx'), 'BackupsPage'),
})
const keys = createRoute({
  getParentRoute: () => inside,
  path: '/keys',
  component: lazyRouteComponent(() => import('./pages/keys/KeysPage.tsx'), 'KeysPage'),
})
const firewall = createRoute({
  getParentRoute: () => inside,
  path: '/firewall',
  component: lazyRouteComponent(() => import('./pages/firewall/FirewallPage.tsx'), 'FirewallPage'),
})
const evidence = createRoute({
  getParentRoute: () => inside,
  path: '/evidence',
  component: lazyRouteComponent(() => import('./pages/evidence/EvidencePage.tsx'), 'EvidencePage'),
})
const entry = createRoute({
  getParentRoute: () => inside,
  path: '/evidence/$position',
  component: lazyRouteComponent(() => import('./pages/evidence/EntryPage.tsx'), 'EntryPage'),
})
const account = createRoute({
  getParentRoute: () => inside,
  path: '/account',
  component: lazyRouteComponent(() => import('./pages/account/AccountPage.tsx'), 'AccountPage'),
})
const accounts = createRoute({
  getParentRoute: () => inside,
  path: '/settings/accounts',
  component: lazyRouteComponent(() => import('./pages/settings/AccountsPage.tsx'), 'AccountsPage'),
})
const organisation = createRoute({
  getParentRoute: () => inside,
  path: '/settings/organisation',
  component: lazyRouteComponent(() => import('./pages/settings/OrganisationPage.tsx'), 'OrganisationPage'),
})
const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  component: lazyRouteComponent(() => import('./pages/sign-in/SignInPage.tsx'), 'SignInPage'),
})
const setup = createRoute({
  getParentRoute: () => root,
  path: '/setup',
  component: lazyRouteComponent(() => import('./pages/setup/SetupPage.tsx'), 'SetupPage'),
})
const join = createRoute({
  getParentRoute: () => root,
  path: '/join',
  component: lazyRouteComponent(() => import('./pages/setup/SetupPage.tsx'), 'SetupPage'),
})

const tree = root.addChildren([
  inside.addChildren([
    home,
    policy,
    sentence,
    systems,
    system,
    findings,
    finding,
    people,
    person,
    access,
    alerts,
    network,
    blocking,
    backups,
    firewall,
    keys,
    evidence,
    entry,
    account,
    accounts,
    organisation,
  ]),
  signIn,
  setup,
  join,
])

export const routerWith = (client: QueryClient) =>
  createRouter({
    routeTree: tree,
    context: { client },
    defaultPreload: 'intent',
    defaultPendingComponent: Loading,
    defaultErrorComponent: ({ error, reset }) => <Problem error={error} onAgain={reset} />,
    scrollRestoration: true,
  })

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof routerWith>
  }
}
