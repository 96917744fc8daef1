import type { picturesContract } from '#shared/contracts/pictures.ts'
import type { ClientOf } from '#shared/ipc/service.ts'
import { displayFile } from './display.ts'
import { writeDrawing, writeOverlay, writeSmear } from './drawings.ts'
import { readHeader } from './read.ts'
import { writeThumbnails } from './thumbnails.ts'

/** The service of pictures in this very process: what the child answers with, and what the command line uses as it is. */
export const picturesHere: ClientOf<typeof picturesContract> = {
  hello: () => Promise.resolve({ pid: process.pid }),
  header: ({ file }) => readHeader(file),
  thumbnails: async ({ file, targets }) => {
    await writeThumbnails(file, targets)
    return {}
  },
  display: async ({ file, target }) => ({ file: await displayFile(file, target) }),
  smear: async (request) => ({ objects: await writeSmear(request) }),
  drawing: async (request) => {
    await writeDrawing(request)
    return {}
  },
  overlay: async (request) => {
    await writeOverlay(request)
    return {}
  },
}
