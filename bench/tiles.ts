// Tiles of large images: how long opening takes, how long a tile takes that was not read before (picture file to JPEG in the cache, as the
// window asks for it), and how much memory reader and pyramid builder take at most. Images: 20,000 x 20,000 px as tiled TIFF with pyramid, JPEG
// and PNG, made here, and the slides named.
// Use: node bench/tiles.ts [slide ...]
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import sharp, { type Sharp } from 'sharp'
import { TILE_SIDE, tileCount, tileLevels, type TilePlace } from '#shared/geometry/tile-grid.ts'
import { createRandom } from '#shared/random.ts'
import { openImageSource } from '../src/imaging/slides/open-source.ts'
import { SourceStore } from '../src/imaging/slides/source-store.ts'
import { TileWriter } from '../src/imaging/slides/tile-writer.ts'
import { writeNoise } from './noise-image.ts'

const SIDE = 20_000
const TILES = 150
const MEGABYTE = 2 ** 20
const random = createRandom(7)
const folder = mkdtempSync(path.join(tmpdir(), 'slidewright-bench-'))
const pyramids = path.join(folder, 'pyramids')

/** Peak resident memory in MB of this process and of the builder of a pyramid, looked at now and then. */
const peak = { reader: 0, builder: 0 }

function look(): void {
  peak.reader = Math.max(peak.reader, process.memoryUsage().rss / MEGABYTE)
  if (process.platform === 'win32') return
  const children = execFileSync('ps', ['-A', '-o', 'ppid=,rss=,args=']).toString().split('\n')
  for (const line of children) {
    const [parent, kilobytes] = line.trim().split(/\s+/)
    if (Number(parent) === process.pid && line.includes('pyramid-entry')) peak.builder = Math.max(peak.builder, Number(kilobytes) / 1024)
  }
}

async function made(name: string, save: (image: Sharp) => Sharp): Promise<string> {
  const file = path.join(folder, name)
  await writeNoise(file, SIDE, save)
  return file
}

async function measure(file: string): Promise<Record<string, string | number>> {
  Object.assign(peak, { reader: 0, builder: 0 })
  const watch = setInterval(look, 250)
  let start = performance.now()
  const source = await openImageSource(file, { cacheFolder: pyramids })
  const first = performance.now() - start
  const { width, height, facts } = source
  await source.close()
  const sources = new SourceStore()
  const tiles = new TileWriter(sources)
  const times: number[] = []
  start = performance.now()
  for (const [i, place] of places({ width, height }).entries()) {
    const since = performance.now()
    await tiles.write({ file, pyramids, place, target: path.join(folder, 'tiles', `${i}.jpg`) })
    times.push(performance.now() - since)
  }
  const perSecond = (times.length / (performance.now() - start)) * 1000
  await sources.close()
  clearInterval(watch)
  look()
  times.sort((a, b) => a - b)
  const at = (share: number): number => Math.round(times[Math.floor(share * (times.length - 1))]! * 10) / 10
  return {
    image: `${path.basename(file)} ${width} x ${height}`,
    reader: facts.reader,
    'file MB': Math.round(statSync(file).size / MEGABYTE),
    'open s': Math.round(first / 10) / 100,
    'tile p50 ms': at(0.5),
    'tile p95 ms': at(0.95),
    'tiles/s': Math.round(perSecond),
    'reader MB': Math.round(peak.reader),
    'builder MB': Math.round(peak.builder),
  }
}

/** Tiles all over the image and its levels, each once. */
function places(image: { width: number; height: number }): TilePlace[] {
  const chosen = new Map<string, TilePlace>()
  for (let i = 0; i < TILES; i++) {
    const level = i % tileLevels(image)
    const { columns, rows } = tileCount(image, level)
    const place = { level, column: random.int(columns), row: random.int(rows) }
    chosen.set(Object.values(place).join(), place)
  }
  return [...chosen.values()]
}

try {
  sharp.cache(false)
  const files = [
    await made('tiled.tif', (image) => image.tiff({ tile: true, tileWidth: TILE_SIDE / 2, tileHeight: TILE_SIDE / 2, pyramid: true, compression: 'jpeg', quality: 85 })), // prettier-ignore
    await made('flat.jpg', (image) => image.jpeg({ quality: 85 })),
    await made('flat.png', (image) => image.png({ compressionLevel: 1 })),
  ]
  const rows = []
  for (const file of [...files, ...process.argv.slice(2)]) rows.push(await measure(file))
  console.table(rows)
} finally {
  rmSync(folder, { recursive: true, force: true })
}
