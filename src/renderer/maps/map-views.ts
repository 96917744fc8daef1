import { type ImageResult, type ResultMap } from '#shared/records/prediction.ts'
import { COLOR_MAPS, type ColorMapName } from './color-maps.ts'

/** What a map over the image shows. */
export const MAP_KINDS = ['classes', 'probability', 'heat', 'errors'] as const
export type MapKind = (typeof MAP_KINDS)[number]

/** One map among those of an image; `place` is that in `ImageResult.maps`, null for errors, which are worked out here. */
export interface MapChoice {
  readonly kind: MapKind
  readonly place: number | null
  /** Of a probability: the class, as a place in the model's classes. */
  readonly classIndex: number | null
  readonly map: ResultMap | null
}

/** How a kind is drawn: opacity 0 to 1, and the colours of numbers. */
export interface MapLook {
  readonly opacity: number
  readonly colors: ColorMapName
}
export type MapLooks = Readonly<Record<MapKind, MapLook>>

export const DEFAULT_LOOKS: MapLooks = {
  classes: { opacity: 0.5, colors: 'viridis' },
  probability: { opacity: 0.7, colors: 'viridis' },
  errors: { opacity: 0.75, colors: 'viridis' },
  heat: { opacity: 0.6, colors: 'inferno' },
}

/** Whether a kind shows numbers by a colour map. */
export const isScalar = (kind: MapKind): boolean => kind === 'probability' || kind === 'heat'

/** What is wanted: a kind, of a probability the class; it may be hidden for a moment. */
export interface MapWish {
  readonly kind: MapKind | null
  readonly classIndex: number
  readonly shown: boolean
}

export const NO_WISH: MapWish = { kind: null, classIndex: 0, shown: false }

/** The maps that can be shown of an image: those that the run drew, and errors where labels and predictions are areas. */
export function mapChoices(result: Pick<ImageResult, 'maps'> | null, hasAreas: boolean): MapChoice[] {
  const drawn = (result?.maps ?? []).flatMap((map, place): MapChoice[] =>
    map.kind === 'values' ? [] : [{ kind: map.kind, place, classIndex: map.classIndex, map }],
  )
  const errors: MapChoice[] = hasAreas ? [{ kind: 'errors', place: null, classIndex: null, map: null }] : []
  return [...drawn, ...errors].sort((a, b) => MAP_KINDS.indexOf(a.kind) - MAP_KINDS.indexOf(b.kind))
}

/** The map that a wish means; where nothing was wished for yet the first, and null where the wished one is not there. */
export function chosenMap(choices: readonly MapChoice[], { kind, classIndex }: Pick<MapWish, 'kind' | 'classIndex'>): MapChoice | null {
  if (kind === null) return choices[0] ?? null
  const ofKind = choices.filter((choice) => choice.kind === kind)
  return ofKind.find((choice) => choice.classIndex === classIndex) ?? (kind === 'probability' ? null : (ofKind[0] ?? null))
}

/** A choice as one text, for lists. */
export const choiceKey = ({ kind, classIndex }: Pick<MapChoice, 'kind' | 'classIndex'>): string => `${kind} ${String(classIndex ?? '')}`

export const isColorMap = (name: string | null): name is ColorMapName => COLOR_MAPS.some((known) => known === name)
