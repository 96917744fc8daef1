import { iou } from '#shared/geometry/box.ts'
import { type BoxIndex, buildBoxIndex } from '#shared/geometry/box-index.ts'
import { areaBounds, SAME_OBJECT } from '#shared/geometry/shape-overlap.ts'
import { coversArea } from '#shared/objects/shape-columns.ts'
import { type AnnotationRecord } from '#shared/records/annotation.ts'
import { type Diff } from '#shared/records/edit.ts'
import { type PredictionId } from '#shared/records/ids.ts'
import { itemsByImage, type ReviewItem } from './items.ts'
import { type ReviewState } from './review-store.ts'

/** What labels show already, so that nobody is asked about an object twice. */
export interface Shown {
  /** By row, how many labels show the same object, as `ReviewColumns.shown`. */
  readonly shown: Uint16Array
  /** Rows that an answer shows of which main has not heard yet, by the prediction that was answered. */
  readonly foreseen: ReadonlyMap<PredictionId, readonly number[]>
}

type State = Pick<ReviewState, 'items' | 'columns' | 'shown' | 'foreseen'>
type Label = Pick<AnnotationRecord, 'imageId' | 'shape'>

/** Items of one image that cover an area, to be found by where they lie. */
interface Placed {
  readonly items: readonly ReviewItem[]
  readonly index: BoxIndex
}

const placed = new WeakMap<readonly ReviewItem[], Placed>()

/** Made once for the items of an image, when something on it is first decided. */
function placedOf(ofImage: readonly ReviewItem[], kinds: Uint8Array): Placed {
  const known = placed.get(ofImage)
  if (known) return known
  const items = ofImage.filter(({ row }) => coversArea(kinds[row]!))
  const made = { items, index: buildBoxIndex(items.map(({ box }) => box!)) }
  placed.set(ofImage, made)
  return made
}

/** Rows of the label's image that are the same object, by the rule of `SAME_OBJECT`. An image as a whole has one question: it shows no other. */
function rowsOfLabel({ items, columns }: Pick<State, 'items' | 'columns'>, { imageId, shape }: Label): readonly number[] {
  const bounds = areaBounds(shape)
  const ofImage = itemsByImage(items).get(imageId)
  if (bounds === null || !ofImage || columns === null) return []
  const { items: areas, index } = placedOf(ofImage, columns.kinds)
  return index.searchWhere(bounds, (at) => iou(areas[at]!.box!, bounds) >= SAME_OBJECT).map((at) => areas[at]!.row)
}

/** The state after labels came and went, which takes the place of what was foreseen of the same predictions. It costs what lies on the images of the labels. */
export function labelsChanged<S extends State>(state: S, { annotations, decisions }: Diff): S {
  const { added, updated, removed } = annotations
  const settled = [...decisions.added, ...decisions.removed, ...decisions.updated.map(([, after]) => after)].map((one) => one.predictionId)
  const before = withoutForeseen(state, settled)
  const rows = (labels: readonly Label[]): number[] => labels.flatMap((label) => rowsOfLabel(state, label))
  const more = rows([...added, ...updated.map(([, after]) => after)])
  const fewer = rows([...removed, ...updated.map(([was]) => was)])
  return withShown(before, more, fewer)
}

/** The state after answers of which main has not heard yet; such as take one back show nothing any more. */
export function foresee<S extends State>(state: S, given: readonly (readonly [ReviewItem, number])[]): S {
  const before = withoutForeseen(
    state,
    given.map(([{ id }]) => id),
  )
  const news = given.flatMap(([{ id, imageId, box }, answer]): [PredictionId, readonly number[]][] =>
    answer < 0 || box === null ? [] : [[id, rowsOfLabel(state, { imageId, shape: { type: 'box', ...box } })]],
  )
  if (news.length === 0) return before
  const rows = news.flatMap(([, of]) => of)
  return { ...withShown(before, rows, []), foreseen: new Map([...before.foreseen, ...news]) }
}

function withoutForeseen<S extends State>(state: S, ids: readonly PredictionId[]): S {
  if (!ids.some((id) => state.foreseen.has(id))) return state
  const foreseen = new Map(state.foreseen)
  const rows = ids.flatMap((id) => {
    const own = foreseen.get(id) ?? []
    foreseen.delete(id)
    return own
  })
  return { ...withShown(state, [], rows), foreseen }
}

/** The very state where nothing changes. */
function withShown<S extends State>(state: S, more: readonly number[], fewer: readonly number[]): S {
  if (more.length + fewer.length === 0) return state
  const shown = state.shown.slice()
  for (const row of more) shown[row]! += 1
  for (const row of fewer) if (shown[row]! > 0) shown[row]! -= 1
  return { ...state, shown }
}
