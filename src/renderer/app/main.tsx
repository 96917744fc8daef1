import { must } from '#shared/assert.ts'
import { bridgeTransport, createClients } from '../state/clients.ts'
import { setLanguage } from '#shared/i18n/translate.ts'

const bridge = must(window.slidewright, 'the preload lays the bridge into the window')

const clients = createClients(bridgeTransport(bridge))
const { language } = await clients.app.language({}).catch(() => ({ language: 'en' as const }))
setLanguage(language)
document.documentElement.lang = language
// Not before: what the window's modules say while they are loaded is in the language too.
const { mountApp } = await import('./mount.tsx')

void mountApp(must(document.getElementById('root'), 'index.html has #root'), {
  clients,
  pathOf: (file) => bridge.pathOf(file),
  mac: navigator.userAgent.includes('Macintosh'),
})
