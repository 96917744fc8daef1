import { type ImageId } from '../../../src/shared/records/ids.ts'
import { preferences } from '../../../src/shared/contracts/app.ts'
import { mountApp } from '../../../src/renderer/app/mount.tsx'
import { createClients } from '../../../src/renderer/state/clients.ts'
import { fakeMain } from './fake-main.ts'
import { makePictures } from './pictures.ts'

// The whole window without Electron: `?images=24&labelled=0.5&models=2&long&open&scheme=dark&readonly=reason`.

const query = new URLSearchParams(location.search)

async function start(): Promise<void> {
  const images = Number(query.get('images') ?? 24)
  const fake = fakeMain({
    pictures: await makePictures(Math.min(6, Math.max(1, images))),
    images,
    labelled: Number(query.get('labelled') ?? 0.5),
    models: Number(query.get('models') ?? 0),
    longNames: query.has('long'),
    readOnly: query.get('readonly') ?? '',
    open: query.has('open'),
    preferences: { theme: preferences.shape.theme.parse(query.get('scheme') ?? 'dark'), person: 'Ada' },
  })
  const clients = createClients(fake.transport, {
    imageUrl: (id: ImageId) => fake.imageUrl(id),
    thumbnailUrl: (id: ImageId) => fake.thumbnailUrl(id),
    tileUrl: () => '',
    mapUrl: () => '',
  })
  const app = await mountApp(document.getElementById('root')!, { clients, pathOf: ({ name }) => `/dropped/${name}`, mac: false })
  Object.assign(window, { app, fake })
}

void start()
