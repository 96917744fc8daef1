// Objects out to each format and in again, into another project with the same images: how many went out, how many came back, and by how many
// pixels a corner is off at most. Only kinds of shapes that a format says that it holds without a loss are given to it.
// Use: node bench/round-trips.ts [images, 20] [objects an image, 200]
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import sharp from 'sharp'
import { labelFormatName, type LabelFormatName } from '#shared/contracts/project.ts'
import { createRandom } from '#shared/random.ts'
import { type AnnotationRecord, PLAIN } from '#shared/records/annotation.ts'
import { annotationId, newId } from '#shared/records/ids.ts'
import type { Shape } from '#shared/records/shape.ts'
import { Workbench } from '../src/main/workbench/index.ts'

const SIDE = 2000
const AT = '2026-01-01T00:00:00.000Z'
const [images, objects] = [Number(process.argv[2] ?? 20), Number(process.argv[3] ?? 200)]
const random = createRandom(5)

type Kind = 'box' | 'polygon' | 'point'
const KINDS: readonly Kind[] = ['box', 'polygon', 'point']

/** The i-th object of an image has a square of its own, so that it is found again wherever it stands in a file. */
const CELLS = Math.ceil(Math.sqrt(objects))
const CELL = SIDE / CELLS

function shapeOf(kind: Kind, i: number): Shape {
  const [left, top] = [(i % CELLS) * CELL, Math.floor(i / CELLS) * CELL]
  const [x, y] = [left + random.uniform(0.1, 0.3) * CELL, top + random.uniform(0.1, 0.3) * CELL]
  if (kind === 'point') return { type: 'point', x, y }
  const [width, height] = [random.uniform(0.3, 0.6) * CELL, random.uniform(0.3, 0.6) * CELL]
  if (kind === 'box') return { type: 'box', x, y, width, height }
  const ring = Array.from({ length: 24 }, (_, k) => {
    const turn = (Math.PI * (k >> 1)) / 6
    const radius = random.uniform(0.7, 1) / 2
    return k % 2 === 0 ? x + width * (0.5 + radius * Math.cos(turn)) : y + height * (0.5 + radius * Math.sin(turn))
  })
  return { type: 'polygon', rings: [ring] }
}

const cornersOf = (shape: Shape): readonly number[] => {
  if (shape.type === 'box') return [shape.x, shape.y, shape.x + shape.width, shape.y + shape.height]
  if (shape.type === 'polygon') return shape.rings.flat()
  return shape.type === 'point' ? [shape.x, shape.y] : []
}

function placeOf(shape: Shape): number {
  const corners = cornersOf(shape)
  const middle = (from: number): number => {
    const own = corners.filter((_, at) => at % 2 === from)
    return (Math.min(...own) + Math.max(...own)) / 2
  }
  return Math.floor(middle(1) / CELL) * CELLS + Math.floor(middle(0) / CELL)
}

/** How far corners are off at most; infinite where there are others than before. Rings may begin elsewhere and go the other way round. */
function offBy(a: Shape, b: Shape): number {
  const [before, after] = [cornersOf(a), cornersOf(b)]
  if (a.type !== b.type || before.length !== after.length) return Infinity
  if (a.type !== 'polygon') return Math.max(...before.map((value, at) => Math.abs(value - after[at]!)))
  const nearest = (x: number, y: number): number => {
    let best = Infinity
    for (let at = 0; at < after.length; at += 2) best = Math.min(best, Math.max(Math.abs(after[at]! - x), Math.abs(after[at + 1]! - y)))
    return best
  }
  let most = 0
  for (let at = 0; at < before.length; at += 2) most = Math.max(most, nearest(before[at]!, before[at + 1]!))
  return most
}

const folder = mkdtempSync(path.join(tmpdir(), 'round-trips-'))

const CLASSES = ['RBC', 'WBC', 'Platelets']

/** A project of boxes takes outlines as the boxes round them. */
async function projectOf(name: string, kind: Kind): Promise<Workbench> {
  const task = kind === 'polygon' ? 'segmentation' : 'detection'
  const bench = await Workbench.create({ folder: path.join(folder, name), task, classes: CLASSES })
  await bench.import({ paths: [path.join(folder, 'images')], format: 'images' })
  return bench
}

async function filled(kind: Kind): Promise<Workbench> {
  const bench = await projectOf(kind, kind)
  const classes = bench.classes()
  const annotations = bench.images().flatMap(({ id }) =>
    Array.from({ length: objects }, (_, i): AnnotationRecord => {
      const own = { id: annotationId.parse(newId()), imageId: id, classId: classes[i % 3]!.id, shape: shapeOf(kind, i) }
      return { ...own, origin: 'drawn', predictionId: null, ...PLAIN, author: 'Bench', createdAt: AT, updatedAt: AT }
    }),
  )
  bench.edit({ label: 'Draw', put: { annotations }, remove: {} })
  return bench
}

const SINGLE: Partial<Record<LabelFormatName, string>> = { csv: 'csv', coco: 'json', cvat: 'xml', labelstudio: 'json', w3c: 'json' }

async function trip(from: Workbench, kind: Kind, format: LabelFormatName): Promise<void> {
  const { notes } = from.previewExport({ what: 'annotations', format })
  if (notes.length > 0) return
  const name = `${kind}-${format}`
  const ending = SINGLE[format]
  const file = path.join(folder, ending === undefined ? name : `${name}.${ending}`)
  await from.export({ file, what: 'annotations', format })
  const to = await projectOf(`to-${name}`, kind)
  try {
    await to.import({ paths: [file] })
    const nameOf = (bench: Workbench) => new Map(bench.classes().map((one) => [one.id, one.name]))
    const [classesFrom, classesTo] = [nameOf(from), nameOf(to)]
    let [out, back, same, most] = [0, 0, 0, 0]
    for (const image of from.images()) {
      const twin = to.images().find((one) => one.name === image.name)!
      const returned = to.project.db.annotationsOf(twin.id)
      const byPlace = new Map(returned.map((one) => [placeOf(one.shape), one]))
      const own = from.project.db.annotationsOf(image.id)
      out += own.length
      back += returned.length
      for (const one of own) {
        const found = byPlace.get(placeOf(one.shape))
        if (found === undefined || classesTo.get(found.classId) !== classesFrom.get(one.classId)) continue
        same++
        most = Math.max(most, offBy(one.shape, found.shape))
      }
    }
    const off = Number.isFinite(most) ? most.toExponential(1) : 'another kind'
    console.log(`${format.padEnd(12)} ${kind.padEnd(8)} out ${out}  in ${back}  same class and place ${same}  off by at most ${off} px`)
  } finally {
    await to.close()
  }
}

try {
  mkdirSync(path.join(folder, 'images'))
  for (let i = 0; i < images; i++)
    await sharp({ create: { width: SIDE, height: SIDE, channels: 3, background: { r: 200, g: i, b: 90 } } })
      .png()
      .toFile(path.join(folder, 'images', `image-${i}.png`))
  for (const kind of KINDS) {
    const from = await filled(kind)
    for (const format of labelFormatName.options) await trip(from, kind, format)
    await from.close()
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
