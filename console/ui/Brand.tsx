/** The keep. */
export const Brand = () => (
  <svg viewBox="0 0 24 24" width="22" height="22" aria-hidden="true">
    <path d="M5 22V9H4V3h3v2h3V3h4v2h3V3h3v6h-1v13h-5v-6h-4v6Z" />
  </svg>
)
