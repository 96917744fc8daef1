import { createStore, type StoreApi } from 'zustand/vanilla'
import { type ChannelLook } from '#shared/channels/look.ts'
import { type ChannelFact } from '#shared/contracts/image-details.ts'
import { type DepthWindow } from '#shared/depth-window.ts'
import { type ImageId } from '#shared/records/ids.ts'

/** What the numbers of a channel are. */
export interface ChannelStats {
  /** Of 64 equal steps up to `most`, the largest count being 1. */
  readonly histogram: readonly number[]
  /** Where a slider ends: the largest number of the camera's bits. */
  readonly most: number
  /** From the 0.1th to the 99.9th percentile. */
  readonly auto: DepthWindow
}

/** The channels of the open image, and how those looked at in this session are shown. Nothing of it reaches training, exports or the tools. */
export interface ChannelsState {
  readonly imageId: ImageId | null
  /** None where the image is looked at as a whole. */
  readonly facts: readonly ChannelFact[]
  /** What is learned from shows them laid over each other. */
  readonly together: boolean
  /** Null until their numbers are read. */
  readonly stats: readonly ChannelStats[] | null
  /** Images that are seen by their channels. */
  readonly shown: ReadonlySet<ImageId>
  readonly looks: ReadonlyMap<ImageId, readonly ChannelLook[]>
}

export interface ChannelsActions {
  /** Another image is open, whose channels are these. */
  readonly open: (imageId: ImageId | null, facts: readonly ChannelFact[], together?: boolean) => void
  readonly measured: (stats: readonly ChannelStats[]) => void
  readonly show: (shown: boolean) => void
  readonly change: (channel: number, change: Partial<ChannelLook>) => void
}

export type ChannelsStore = StoreApi<ChannelsState> & ChannelsActions

const NOTHING: ChannelsState = { imageId: null, facts: [], together: false, stats: null, shown: new Set(), looks: new Map() }

/** How the open image's channels are shown; null where it is seen as a whole, or they are not read yet. */
export function looksOf({ imageId, shown, looks, stats }: ChannelsState): readonly ChannelLook[] | null {
  if (imageId === null || stats === null || !shown.has(imageId)) return null
  return looks.get(imageId) ?? null
}

/** Whether the open image is to be seen by its channels. */
export const isByChannels = ({ imageId, facts, shown }: ChannelsState): boolean =>
  imageId !== null && facts.length > 0 && shown.has(imageId)

/**
 * How the channels of the image beside are shown; null: as a whole. Where they are called as those of the open image they are shown as those are now:
 * brightness and colour can be compared side by side only where they mean the same numbers, and the sliders are the open image's. Else as they were
 * set in this session while that image was open.
 */
export function looksBeside(state: ChannelsState, { imageId, facts }: Pick<ChannelsState, 'facts'> & { readonly imageId: ImageId }) {
  // Its channels are not known yet, or it has none: then there is nothing to read.
  if (facts.length === 0) return null
  const alike = facts.length === state.facts.length && facts.every(({ name }, i) => name === state.facts[i]!.name)
  if (alike) return looksOf(state)
  return state.shown.has(imageId) ? (state.looks.get(imageId) ?? null) : null
}

export function createChannelsStore(): ChannelsStore {
  const store = createStore<ChannelsState>(() => NOTHING)
  return Object.assign(store, {
    open: (imageId: ImageId | null, facts: readonly ChannelFact[], together = false) => {
      store.setState({ imageId, facts, together, stats: null })
    },
    measured: (stats: readonly ChannelStats[]) => {
      store.setState(({ imageId, facts, looks }) => {
        if (imageId === null || looks.has(imageId)) return { stats }
        const first = facts.map(({ color, on = true, range }, i) => ({ on, color, ...(range ?? stats[i]!.auto) }))
        return { stats, looks: new Map(looks).set(imageId, first) }
      })
    },
    show: (wanted: boolean) => {
      store.setState(({ imageId, shown }) => {
        const next = new Set(shown)
        if (imageId !== null && wanted) next.add(imageId)
        else if (imageId !== null) next.delete(imageId)
        return { shown: next }
      })
    },
    change: (channel: number, change: Partial<ChannelLook>) => {
      store.setState(({ imageId, looks }) => {
        const now = imageId === null ? undefined : looks.get(imageId)
        if (imageId === null || !now) return {}
        return {
          looks: new Map(looks).set(
            imageId,
            now.map((look, i) => (i === channel ? { ...look, ...change } : look)),
          ),
        }
      })
    },
  })
}
