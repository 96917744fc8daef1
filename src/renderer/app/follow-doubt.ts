import { type Change } from '#shared/records/edit.ts'
import { type ImageId, type RunId } from '#shared/records/ids.ts'
import { t } from '#shared/i18n/translate.ts'
import { type LibraryStore } from '../panels/library-store.ts'
import { grownRuns } from '../state/document.ts'
import { type Stores } from '../state/stores.ts'

/** Milliseconds of calm before images that were changed are measured again: who answers quickly is not kept waiting. */
const CALM = 1500

/** Keeps up to date how many uncertain predictions of the run on show are still to be decided on, image by image. */
export function followDoubt(stores: Pick<Stores, 'clients' | 'document' | 'messages' | 'predictions'>, library: LibraryStore): void {
  let measured: RunId | null = null
  let timer: ReturnType<typeof setTimeout> | null = null
  const changed = new Set<ImageId>()
  const measure = (images: readonly ImageId[] | null): void => {
    library.measureDoubt(measured, images).catch((thrown: unknown) => {
      stores.messages.failed(t('Measure the doubt'), thrown)
    })
  }
  const forget = (): void => {
    if (timer !== null) clearTimeout(timer)
    timer = null
    changed.clear()
  }
  stores.predictions.subscribe(({ onShow }) => {
    if (onShow === measured) return
    measured = onShow
    forget()
    measure(null)
  })
  stores.document.subscribe((now, before) => {
    if (measured !== null && grownRuns(now, before).has(measured)) measure(null)
  })
  stores.clients.project.onChanged((change) => {
    if (measured === null) return
    const { doubt } = library.getState()
    const fresh = [...reviewedIn(change), ...labelledIn(change, (id) => (doubt.get(id) ?? 0) > 0)]
    if (fresh.length === 0) return
    for (const id of fresh) changed.add(id)
    if (timer !== null) clearTimeout(timer)
    timer = setTimeout(() => {
      const images = [...changed]
      forget()
      measure(images)
    }, CALM)
  })
}

/** The images on which a change decides something or takes it back, and those that it finishes or opens again. */
function reviewedIn({ diff: { decisions, images } }: Change): readonly ImageId[] {
  const decided = [...decisions.added, ...decisions.removed, ...decisions.updated.map(([, after]) => after)]
  const states = images.updated.filter(([before, after]) => before.state !== after.state)
  return [...decided.map(({ imageId }) => imageId), ...states.map(([, { id }]) => id)]
}

/** The images on which labels came to lie over uncertain predictions, or may no longer do so: a label says what a prediction under it asks. */
function labelledIn({ diff: { annotations } }: Change, isInDoubt: (id: ImageId) => boolean): readonly ImageId[] {
  const { added, updated, removed } = annotations
  const drawn = [...added, ...updated.map(([, after]) => after)].map(({ imageId }) => imageId)
  return [...drawn.filter(isInDoubt), ...removed.map(({ imageId }) => imageId)]
}
