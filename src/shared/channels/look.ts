import { z } from 'zod'

/** How one channel is shown: `low` and below is black, `high` and above the full colour. */
export const channelLook = z
  .object({
    on: z.boolean(),
    /** `#rrggbb`; white shows greys. */
    color: z.string().regex(/^#[0-9a-f]{6}$/),
    low: z.number().int().min(0).max(65_535),
    high: z.number().int().min(0).max(65_535),
  })
  .readonly()
export type ChannelLook = z.infer<typeof channelLook>

/** The looks of an image's channels, by their places. */
export const channelLooks = z.array(channelLook).max(16).readonly()

/** Looks as a short text that stands in an address and names what was made by them: `1.0000ff.200.3000_0.00ff00.0.255`. */
export function looksText(looks: readonly ChannelLook[]): string {
  return looks.map(({ on, color, low, high }) => [on ? 1 : 0, color.slice(1), low, high].join('.')).join('_')
}

/** Looks by their text; null where it is none. */
export function looksOfText(text: string): readonly ChannelLook[] | null {
  const parts = text.split('_').map((part) => /^([01])\.([0-9a-f]{6})\.(\d{1,5})\.(\d{1,5})$/.exec(part))
  const looks = parts.map(
    (part) => part && { on: part[1] === '1', color: `#${part[2] ?? ''}`, low: Number(part[3]), high: Number(part[4]) },
  )
  const parsed = channelLooks.safeParse(looks)
  return parsed.success ? parsed.data : null
}

/** The numbers of one channel, row by row, as the file has them: 0 to 255 or to 65,535. */
export interface Plane {
  readonly width: number
  readonly height: number
  readonly values: Uint16Array
}

/** Colours where a file states none, the usual order of fluorescence. */
const COLORS = ['#0000ff', '#00ff00', '#ff0000', '#ff00ff', '#00ffff', '#ffff00', '#ffffff'] as const

/** The colour of a channel, by its place, of which the file says nothing. */
export const channelColor = (place: number): string => COLORS[place % COLORS.length]!

/** Channels that are told apart at most. */
export const MOST_CHANNELS = 16
