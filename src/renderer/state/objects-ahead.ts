import { type ImageId, type RunId } from '#shared/records/ids.ts'
import { type ProjectClient } from './clients.ts'
import { type ImageObjects, readObjects, touches } from './image-objects.ts'

/** The objects of one image, read before it is opened, so that opening it waits for nothing. */
export interface ObjectsAhead {
  /** Reads those of an image; what was read of another one is forgotten. */
  readonly prepare: (imageId: ImageId, runId: RunId | null) => void
  /** What was read and holds still, once; null where nothing is here. What is on its way then is given up: whoever opens the image reads it. */
  readonly take: (imageId: ImageId, runId: RunId | null) => ImageObjects | null
  /** Gives up what was read or is on its way. */
  readonly forget: () => void
  readonly dispose: () => void
}

interface Prepared {
  readonly imageId: ImageId
  readonly runId: RunId | null
  /** Null while it is on its way. */
  readonly objects: ImageObjects | null
}

export function createObjectsAhead(project: ProjectClient): ObjectsAhead {
  let prepared: Prepared | null = null
  const read = async (imageId: ImageId, runId: RunId | null): Promise<void> => {
    const mine: Prepared = { imageId, runId, objects: null }
    prepared = mine
    // What cannot be read ahead is read when the image is opened, where its failure is told.
    const objects = await readObjects(project, imageId, runId).catch(() => null)
    if (prepared !== mine) return
    prepared = objects && { imageId, runId, objects }
  }
  const isOf = (imageId: ImageId, runId: RunId | null): boolean => prepared?.imageId === imageId && prepared.runId === runId
  const forget = (): void => {
    prepared = null
  }
  const stops = [
    project.onChanged(({ diff }) => {
      if (prepared === null || !touches(diff, prepared.imageId)) return
      const { imageId, runId } = prepared
      void read(imageId, runId)
    }),
    project.onReload(forget),
    forget,
  ]
  return {
    prepare: (imageId, runId) => {
      if (!isOf(imageId, runId)) void read(imageId, runId)
    },
    take: (imageId, runId) => {
      if (!isOf(imageId, runId)) return null
      const objects = prepared?.objects ?? null
      forget()
      return objects
    },
    forget,
    dispose: () => {
      for (const stop of stops) stop()
    },
  }
}
