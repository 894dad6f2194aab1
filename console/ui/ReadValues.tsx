/** What exactly was read, name by name. */
export function ReadValues({ read }: { readonly read: Readonly<Record<string, unknown>> | null }) {
  const entries = Object.entries(read ?? {}).filter(([, value]) => value !== null && value !== undefined)
  if (entries.length === 0) return <span aria-hidden="true">–</span>
  return (
    <dl className="read">
      {entries.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>
            <code>{typeof value === 'string' ? value : JSON.stringify(value)}</code>
          </dd>
        </div>
      ))}
    </dl>
  )
}
