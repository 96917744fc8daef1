import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import sharp from 'sharp'
import { expandBox, intersectionArea, type Box } from '#shared/geometry/box.ts'
import { smear, type SmearObject, type SmearOptions } from '#shared/synthetic/smear.ts'

/** A machine of a test's own: nothing is shared between two of them. */
export interface Home {
  readonly folder: string
  /** `--user-data-dir` of the app. */
  readonly profile: string
  readonly projects: string
  readonly images: string
  readonly remove: () => void
}

export function makeHome(): Home {
  const folder = mkdtempSync(path.join(tmpdir(), 'slidewright-e2e-'))
  const within = (name: string): string => {
    const made = path.join(folder, name)
    mkdirSync(made)
    return made
  }
  return {
    folder,
    profile: within('profile'),
    projects: within('projects'),
    images: within('images'),
    remove: () => {
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** An image on disk and what is truly on it. */
export interface SmearFile {
  readonly name: string
  readonly path: string
  readonly width: number
  readonly height: number
  readonly objects: readonly SmearObject[]
}

/** Paints synthetic smears into a folder as smear_1.png, smear_2.png and so on. */
export async function writeSmears(folder: string, count: number, options: Omit<SmearOptions, 'seed'> = {}): Promise<SmearFile[]> {
  const files: SmearFile[] = []
  for (let number = 1; number <= count; number++) {
    const { width, height, data, objects } = smear({ width: 320, height: 240, redCellDiameter: 50, ...options, seed: number })
    const name = `smear_${String(number)}.png`
    const file = path.join(folder, name)
    await sharp(data, { raw: { width, height, channels: 3 } })
      .png()
      .toFile(file)
    files.push({ name, path: file, width, height, objects })
  }
  return files
}

/** A cell that lies by itself, well within the image. */
export function loneCell({ objects, width, height }: SmearFile): Box {
  const frame = expandBox({ x: 0, y: 0, width, height }, -60)
  const lone = objects.filter(({ box, className }) => {
    const others = objects.filter((other) => other.box !== box)
    const isWithin = intersectionArea(box, frame) === box.width * box.height
    return className === 'RBC' && isWithin && others.every((other) => intersectionArea(expandBox(box, 12), other.box) === 0)
  })
  return lone[0]!.box
}

/** Smears with their truth in Pascal VOC, as the import takes them. */
export async function writeVoc(folder: string, count: number, options: Omit<SmearOptions, 'seed'> = {}): Promise<SmearFile[]> {
  const images = path.join(folder, 'JPEGImages')
  const annotations = path.join(folder, 'Annotations')
  for (const one of [images, annotations]) mkdirSync(one, { recursive: true })
  const files = await writeSmears(images, count, options)
  for (const file of files) writeFileSync(path.join(annotations, file.name.replace('.png', '.xml')), vocXml(file))
  return files
}

function vocXml({ name, width, height, objects }: SmearFile): string {
  const object = ({ className, box }: SmearObject): string =>
    `<object><name>${className}</name><difficult>0</difficult><bndbox><xmin>${String(box.x)}</xmin><ymin>${String(box.y)}</ymin>` +
    `<xmax>${String(box.x + box.width)}</xmax><ymax>${String(box.y + box.height)}</ymax></bndbox></object>`
  const size = `<size><width>${String(width)}</width><height>${String(height)}</height><depth>3</depth></size>`
  return `<annotation><filename>${name}</filename>${size}${objects.map(object).join('')}</annotation>`
}
