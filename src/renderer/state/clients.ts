import { type ChannelLook, looksText } from '#shared/channels/look.ts'
import { appContract } from '#shared/contracts/app.ts'
import { projectContract } from '#shared/contracts/project.ts'
import { workContract } from '#shared/contracts/work.ts'
import { type Bridge } from '#shared/ipc/channel.ts'
import { connect } from '#shared/ipc/proxy.ts'
import { type ClientOf } from '#shared/ipc/service.ts'
import { type Transport } from '#shared/ipc/transport.ts'
import { type TilePlace } from '#shared/geometry/tile-grid.ts'
import { type ImageId, type RunId } from '#shared/records/ids.ts'

export type ProjectClient = ClientOf<typeof projectContract>
export type WorkClient = ClientOf<typeof workContract>
export type AppClient = ClientOf<typeof appContract>

/** The three services of main as the window calls them, and where pixels come from. */
export interface Clients {
  readonly project: ProjectClient
  readonly work: WorkClient
  readonly app: AppClient
  /** Address of a whole image that Chromium can show. */
  readonly imageUrl: (id: ImageId) => string
  readonly thumbnailUrl: (id: ImageId) => string
  /** Of the numbers of one of an image's channels (`ImageDetails`): red is their high byte, green their low one. */
  readonly channelUrl: (id: ImageId, channel: number) => string
  /** Of a tile of an image, by the grid of `shared/geometry/tile-grid.ts`, its channels laid over each other as told; can be had once `project.levels` gives a share of 1. */
  readonly tileUrl: (id: ImageId, place: TilePlace, looks?: readonly ChannelLook[]) => string
  /** Of a map that a run drew over an image: its place in the record of what the run said. */
  readonly mapUrl: (runId: RunId, imageId: ImageId, place: number) => string
}

declare global {
  interface Window {
    readonly slidewright?: Bridge
  }
}

/** The preload's bridge as a transport. The channel lives as long as the window, so it never closes. */
export function bridgeTransport(bridge: Pick<Bridge, 'post' | 'listen'>): Transport {
  const listeners = new Set<(message: unknown) => void>()
  // Whatever the bridge hands over is copied, value by value, for each who listens there.
  bridge.listen((message) => {
    for (const listener of listeners) listener(message)
  })
  return {
    post: (message) => {
      bridge.post(message)
    },
    listen: (listener) => {
      listeners.add(listener)
      return () => {
        listeners.delete(listener)
      }
    },
    onClose: () => () => undefined,
  }
}

type Addresses = Pick<Clients, 'imageUrl' | 'thumbnailUrl' | 'channelUrl' | 'tileUrl' | 'mapUrl'>

const slideAddresses: Addresses = {
  imageUrl: (id) => `slide://image/${encodeURIComponent(id)}`,
  thumbnailUrl: (id) => `slide://thumb/${encodeURIComponent(id)}`,
  channelUrl: (id, channel) => `slide://channel/${encodeURIComponent(id)}/${String(channel)}`,
  tileUrl: (id, { level, column, row }, looks) =>
    `slide://tile/${encodeURIComponent(id)}/${String(level)}/${String(column)}/${String(row)}${looks ? `?looks=${looksText(looks)}` : ''}`,
  mapUrl: (run, image, place) => `slide://map/${encodeURIComponent(run)}/${encodeURIComponent(image)}/${String(place)}`,
}

/** Makes the typed clients, once for a window. */
export function createClients(transport: Transport, addresses: Addresses = slideAddresses): Clients {
  return {
    project: connect(projectContract, transport),
    work: connect(workContract, transport),
    app: connect(appContract, transport),
    ...addresses,
  }
}
