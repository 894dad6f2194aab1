import './style/1-paper.css'
import './style/2-policy.css'
import './style/3-tables.css'
import './style/4-forms.css'
import './style/5-widths.css'
import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { ApiProblem } from './api/client.ts'
import { routerWith } from './router.tsx'
import { LangProvider } from './text/lang.tsx'
import { NowProvider } from './ui/Age.tsx'
import { applyTheme } from './ui/use-theme.ts'

/** A session that ended elsewhere: the page asks anew who is there, and leads to the sign-in. */
function onProblem(error: unknown): void {
  if (!(error instanceof ApiProblem) || error.status !== 401 || location.pathname === '/sign-in') return
  client.setQueryData(['session'], null)
  void router.navigate({ to: '/sign-in', search: { to: location.pathname + location.search } as never })
}

applyTheme()
const client = new QueryClient({
  queryCache: new QueryCache({ onError: onProblem }),
  mutationCache: new MutationCache({ onError: onProblem }),
  defaultOptions: {
    queries: {
      retry: (count, error) =>
        count < 2 && (!(error instanceof ApiProblem) || error.status === 0 || error.status >= 500),
    },
  },
})
const router = routerWith(client)
const root = document.getElementById('root')
if (root === null) throw new Error('no root')
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={client}>
      <LangProvider>
        <NowProvider>
          <RouterProvider router={router} />
        </NowProvider>
      </LangProvider>
    </QueryClientProvider>
  </StrictMode>,
)
