import { assertNever, must } from '#shared/assert.ts'
import { type Size } from '#shared/geometry/point.ts'
import { openImageOf } from '../state/document.ts'
import { type Stores } from '../state/stores.ts'
import { closePicture, leveled, type Picture } from '../viewer/picture.ts'
import { errorMap, paintErrors } from './error-map.ts'
import { classTable, scalarTable, type ColorTable } from './lookup.ts'
import { coloredMap, type MapPixels, paintedMap, readMap } from './map-pixels.ts'
import { judgedAreas, modelColors, shownChoice } from './map-sources.ts'
import { type MapChoice } from './map-views.ts'

/** Where the coloured map goes; null for none. The picture stays the layer's, that closes it after the next one was shown. */
export type ShowMap = (picture: Picture | null) => void

/** What a picture is made of: as long as none of it is another, the picture stays. */
type Inputs = readonly unknown[]

const same = (a: Inputs, b: Inputs): boolean => a.length === b.length && a.every((input, at) => input === b[at])

/** Opacity of the map on show, 0 to 1. */
export function mapOpacity({ document, predictions, maps }: Stores): number {
  const state = maps.getState()
  const choice = shownChoice(document.getState(), predictions.getState(), state)
  return choice === null ? 1 : state.looks[choice.kind].opacity
}

/**
 * Keeps the map over the open image as a picture: reads it, colours it whenever what it shows or its colours change, and never on the way
 * of a pan or zoom. Until `stop` is called.
 */
export class MapLayer {
  readonly #stores: Stores
  readonly #show: ShowMap
  #inputs: Inputs = []
  #picture: Picture | null = null
  #making: AbortController | null = null
  /** The file read last: other colours need no other reading. */
  #read: { readonly url: string; readonly pixels: MapPixels } | null = null
  readonly #stops: (() => void)[] = []

  constructor(stores: Stores, show: ShowMap) {
    this.#stores = stores
    this.#show = show
    const look = (): void => {
      this.#look()
    }
    for (const store of [stores.maps, stores.document, stores.predictions, stores.display]) this.#stops.push(store.subscribe(look))
    this.#look()
  }

  stop(): void {
    for (const stop of this.#stops.splice(0)) stop()
    this.#inputs = []
    this.#making?.abort()
    this.#replace(null)
    this.#read = null
  }

  #choice(): MapChoice | null {
    const { document, predictions, maps } = this.#stores
    return shownChoice(document.getState(), predictions.getState(), maps.getState())
  }

  /** All that the picture depends on, compared one by one. */
  #inputsOf(choice: MapChoice): Inputs {
    const { tables, classes, imageId } = this.#stores.document.getState()
    const { predictions, threshold, runId } = this.#stores.predictions.getState()
    const { hiddenClasses } = this.#stores.display.getState()
    const of = [choice.kind, choice.map, imageId, runId]
    if (choice.kind === 'errors') return [...of, tables.annotations, predictions, threshold, classes, hiddenClasses]
    return choice.kind === 'classes' ? [...of, classes, hiddenClasses] : [...of, this.#stores.maps.getState().looks[choice.kind].colors]
  }

  #look(): void {
    const choice = this.#choice()
    const inputs = choice === null ? [] : this.#inputsOf(choice)
    if (same(inputs, this.#inputs)) return
    const turned = inputs[2] !== this.#inputs[2] || inputs[3] !== this.#inputs[3]
    this.#inputs = inputs
    this.#making?.abort()
    this.#making = null
    // A map of another image or run is never seen over this one; one in other colours may stay until the next is there.
    if (turned || choice === null) this.#replace(null)
    if (choice !== null) void this.#make(choice)
  }

  async #make(choice: MapChoice): Promise<void> {
    const making = (this.#making = new AbortController())
    const { signal } = making
    const { maps, document } = this.#stores
    try {
      const size = must(openImageOf(document.getState()), 'a map lies over an open image')
      const picture = await leveled(await this.#bitmap(choice, size, signal), size, signal)
      this.#replace(picture)
      if (maps.getState().failed) maps.tell({ ...maps.getState(), failed: false })
    } catch {
      if (signal.aborted) return
      this.#replace(null)
      maps.tell({ tally: null, failed: true })
    }
  }

  async #bitmap(choice: MapChoice, size: Size, signal: AbortSignal): Promise<ImageBitmap> {
    const bitmap =
      choice.kind === 'errors' ? await this.#errors(size) : await coloredMap(await this.#pixels(choice, signal), this.#table(choice))
    if (!signal.aborted) return bitmap
    bitmap.close()
    throw signal.reason
  }

  async #pixels({ place }: MapChoice, signal: AbortSignal): Promise<MapPixels> {
    const { runId, imageId } = this.#stores.maps.getState()
    const url = this.#stores.clients.mapUrl(must(runId, 'a map is of a run'), must(imageId, 'a map is of an image'), place ?? 0)
    if (this.#read?.url === url) return this.#read.pixels
    const pixels = await readMap(url, signal)
    if (!signal.aborted) this.#read = { url, pixels }
    return pixels
  }

  #table({ kind }: MapChoice): ColorTable {
    const { document, predictions, display, maps } = this.#stores
    switch (kind) {
      case 'classes':
        return classTable(modelColors(document.getState(), predictions.getState(), display.getState()))
      case 'probability':
      case 'heat':
        return scalarTable(maps.getState().looks[kind].colors)
      case 'errors':
        throw new Error('Errors have no table.')
      default:
        return assertNever(kind, 'map kind')
    }
  }

  async #errors(size: Size): Promise<ImageBitmap> {
    const { document, predictions, display, maps } = this.#stores
    const { truth, found } = judgedAreas(document.getState(), predictions.getState(), display.getState())
    const map = errorMap(size, truth, found)
    const bitmap = await paintedMap(map, (pixels) => {
      paintErrors(map, pixels)
    })
    maps.tell({ tally: map.tally, failed: false })
    return bitmap
  }

  #replace(picture: Picture | null): void {
    const before = this.#picture
    if (picture === before) return
    this.#picture = picture
    this.#show(picture)
    if (before) closePicture(before)
  }
}
