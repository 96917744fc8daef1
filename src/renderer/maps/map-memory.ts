import { z } from 'zod'
import { COLOR_MAPS } from './color-maps.ts'
import { type MapState } from './map-store.ts'
import { DEFAULT_LOOKS, MAP_KINDS, NO_WISH, type MapLooks, type MapWish } from './map-views.ts'

const look = z.object({ opacity: z.number().min(0).max(1), colors: z.enum(COLOR_MAPS) })

/** The map's part of how a project was left. */
export const mapMemory = z.object({
  kind: z.enum(MAP_KINDS).nullable(),
  classIndex: z.number().int().nonnegative(),
  shown: z.boolean(),
  looks: z.record(z.string(), z.unknown()),
})
export type MapMemory = z.infer<typeof mapMemory>

export function mapMemoryOf({ wish, looks }: Pick<MapState, 'wish' | 'looks'>): MapMemory {
  return { ...wish, looks: { ...looks } }
}

/** What was remembered; where nothing was, or another version wrote it, the look that a kind begins with. */
export function mapsRemembered(memory: MapMemory | undefined): { readonly wish: MapWish; readonly looks: MapLooks } {
  if (memory === undefined) return { wish: NO_WISH, looks: DEFAULT_LOOKS }
  const { kind, classIndex, shown, looks } = memory
  const lookOf = (of: (typeof MAP_KINDS)[number]): z.infer<typeof look> => look.catch(DEFAULT_LOOKS[of]).parse(looks[of])
  return {
    wish: { kind, classIndex, shown },
    looks: { classes: lookOf('classes'), probability: lookOf('probability'), errors: lookOf('errors'), heat: lookOf('heat') },
  }
}
