import { useMemo } from 'react'
import { type ImageRecord } from '#shared/records/image.ts'
import { type ImageId } from '#shared/records/ids.ts'
import { useDocument, useLibrary } from '../app/context.ts'
import { useNames } from '../state/context.tsx'
import { flaggedOnly, visibleImages } from './library-store.ts'

/** The images that the list shows: filtered and sorted. */
export function useVisibleImages(): ImageRecord[] {
  const images = useDocument((state) => state.images)
  const counts = useDocument((state) => state.tables.counts)
  const text = useLibrary((state) => state.text)
  const state = useLibrary((library) => library.state)
  const split = useLibrary((library) => library.split)
  const sort = useLibrary((library) => library.sort)
  const descending = useLibrary((library) => library.descending)
  const doubt = useLibrary((library) => library.doubt)
  const shown = useNames()
  const flagged = useLibrary((library) => library.flagged)
  const flags = useDocument(({ tables }) => tables.flags)
  const listed = useMemo(() => flaggedOnly(images, flags, { flagged }), [images, flags, flagged])
  return useMemo(
    () => visibleImages(listed, counts, { text, state, split, flagged, sort, descending, doubt }, shown),
    [listed, counts, text, state, split, flagged, sort, descending, doubt, shown],
  )
}

/** Id of an image's row in the page. */
export const rowId = (id: ImageId): string => `image-${id}`
