import encodeQR from 'qr'
import { useTexts } from '../text/lang.tsx'
import { texts } from '../text/text.ts'

const WORDS = texts({
  label: {
    de: 'QR-Code für die App mit Einmalcodes; derselbe Schlüssel steht darunter als Text.',
    en: 'QR code for the app with one-time codes; the same key follows as text.',
  },
})

/** The key of one-time codes as a QR code, drawn here: it goes to nobody. */
export function TotpPicture({ uri }: { readonly uri: string }) {
  const t = useTexts(WORDS)
  const rows = encodeQR(uri, 'raw', { ecc: 'medium', border: 4 })
  const dark = rows.map((row, y) => row.map((on, x) => (on ? `M${x} ${y}h1v1h-1z` : '')).join('')).join('')
  return (
    <svg className="qr" role="img" aria-label={t('label')} viewBox={`0 0 ${rows.length} ${rows.length}`}>
      <path d={dark} />
    </svg>
  )
}
