import { must } from '#shared/assert.ts'
import { bridgeTransport, createClients } from '../state/clients.ts'
import { mountApp } from './mount.tsx'

const bridge = must(window.slidewright, 'the preload lays the bridge into the window')

void mountApp(must(document.getElementById('root'), 'index.html has #root'), {
  clients: createClients(bridgeTransport(bridge)),
  pathOf: (file) => bridge.pathOf(file),
  mac: navigator.userAgent.includes('Macintosh'),
})
