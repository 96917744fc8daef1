import type { picturesContract } from '#shared/contracts/pictures.ts'
import type { ClientOf } from '#shared/ipc/service.ts'
import { displayFile } from './display.ts'
import { writeChannel } from './channels.ts'
import { writeCrops } from './crops.ts'
import { writeDrawing, writeOverlay, writeSmear } from './drawings.ts'
import { readMaskFacts } from './mask-facts.ts'
import { readLook } from './read-look.ts'
import { readMask } from './read-mask.ts'
import { readHeader } from './read.ts'
import { readAssociated, readDetails } from './slides/associated.ts'
import { SourceStore } from './slides/source-store.ts'
import { TileWriter } from './slides/tile-writer.ts'
import { unpackRecords } from './records/unpack.ts'
import { writeThumbnails } from './thumbnails.ts'
import { writeLabelMap } from './write-label-map.ts'

/**
 * The service of pictures in this very process: what the child answers with, and what the command line uses as it is. `close` lets go of the
 * images that it keeps open for their tiles.
 */
export function picturesHere(): ClientOf<typeof picturesContract> & { close(): Promise<void> } {
  const sources = new SourceStore()
  const tiles = new TileWriter(sources)
  return {
    ...PICTURES,
    tilesReady: (request) => tiles.ready(request),
    tile: (request) => tiles.write(request),
    close: () => sources.close(),
  }
}

const PICTURES: Omit<ClientOf<typeof picturesContract>, 'tilesReady' | 'tile'> = {
  hello: () => Promise.resolve({ pid: process.pid }),
  header: ({ file }) => readHeader(file),
  thumbnails: async ({ file, targets }) => {
    await writeThumbnails(file, targets)
    return {}
  },
  display: async ({ file, target }) => ({ file: await displayFile(file, target) }),
  look: ({ file }) => readLook(file),
  channel: async (request) => {
    await writeChannel(request)
    return {}
  },
  details: ({ file }) => readDetails(file),
  associated: ({ file, name }) => readAssociated(file, name),
  smear: async (request) => ({ objects: await writeSmear(request) }),
  drawing: async (request) => {
    await writeDrawing(request)
    return {}
  },
  overlay: async (request) => {
    await writeOverlay(request)
    return {}
  },
  maskFacts: ({ file }) => readMaskFacts(file),
  mask: (request) => readMask(request),
  labelMap: async (request) => {
    await writeLabelMap(request)
    return {}
  },
  crops: async (request) => {
    await writeCrops(request)
    return {}
  },
  records: (request) => unpackRecords(request),
}
