// How many images are called far from those that were learned from, by what the shipped encoder sees in them (docs/architecture.md, decision 69): images
// that were held out and left alone, the same changed in ways that a microscope or a copy would change them, and other tissue.
// Use: node bench/image-features.ts [--data ../shared/data] [--most 1000] [--only smears,kidney,fluorescence,cells]
//   --most: images of a set at most, learned from and held out alike.
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import sharp, { type Sharp } from 'sharp'
import { must } from '#shared/assert.ts'
import { featureDistances, featureDomainOf, type FeatureFacts } from '#shared/feature-domain.ts'
import { ImageFeatures } from '../src/engine/inference/image-features.ts'

const { values: args } = parseArgs({
  options: {
    data: { type: 'string', default: path.resolve(import.meta.dirname, '../../shared/data') },
    most: { type: 'string', default: '1000' },
    only: { type: 'string', default: 'smears,kidney,fluorescence,cells' },
  },
})
const most = Number(args.most)
const at = (...names: string[]): string => path.join(args.data, ...names)
const features = new ImageFeatures()
const scratch = await mkdtemp(path.join(os.tmpdir(), 'features-'))

/** A piece of an image file; null: all of it. */
interface Picture {
  readonly file: string
  readonly quarter: number | null
}

type Change = (image: Sharp, size: { readonly width: number; readonly height: number }) => Promise<Buffer> | Buffer

const png = (image: Sharp): Promise<Buffer> => image.png().toBuffer()
const jpeg = (quality: number) => (image: Sharp) => image.jpeg({ quality }).toBuffer()
const CHANGES: Readonly<Record<string, Change>> = {
  'left alone': png,
  'hue turned by 60 degrees': (image) => png(image.modulate({ hue: 60 })),
  'twice as large': (image, { width, height }) => png(image.extract({ left: width >> 2, top: height >> 2, width: width >> 1, height: height >> 1 }).resize(width, height)), // prettier-ignore
  'half as large': async (image, { width, height }) => {
    const [half, quarter] = [await png(image.resize(width >> 1, height >> 1)), { width: width >> 1, height: height >> 1 }]
    return png(sharp(half).extend({ right: width - quarter.width, bottom: height - quarter.height, extendWith: 'mirror' }))
  },
  'blurred by 1 pixel': (image) => png(image.blur(1)),
  'blurred by 2 pixels': (image) => png(image.blur(2)),
  'blurred by 4 pixels': (image) => png(image.blur(4)),
  'paled by 30 %': (image) => png(image.linear(0.7, 0.3 * 255)),
  'JPEG of quality 30': jpeg(30),
  'JPEG of quality 10': jpeg(10),
}

async function opened({ file, quarter }: Picture): Promise<Sharp> {
  const whole = sharp(file).removeAlpha()
  if (quarter === null) return whole
  const { width, height } = await whole.metadata()
  const [w, h] = [width >> 1, height >> 1]
  return sharp(await whole.extract({ left: (quarter & 1) * w, top: (quarter >> 1) * h, width: w, height: h }).png().toBuffer()) // prettier-ignore
}

let written = 0
async function seen(picture: Picture, change: Change): Promise<FeatureFacts> {
  const whole = sharp(await png(await opened(picture)))
  const { width, height } = await whole.metadata()
  const file = path.join(scratch, `${written++}.img`)
  await sharp(await change(whole, { width, height })).toFile(`${file}.png`)
  return features.read({ file: `${file}.png`, isWhole: true })
}

const all = async (pictures: readonly Picture[], change: Change): Promise<FeatureFacts[]> => {
  const facts: FeatureFacts[] = []
  for (const picture of pictures) facts.push(await seen(picture, change))
  return facts
}

const wholeFiles = (files: readonly string[]): Picture[] => files.map((file) => ({ file, quarter: null }))
async function imagesOf(folder: string): Promise<string[]> {
  const names = (await readdir(folder)).filter((name) => /\.(png|jpg)$/.test(name)).sort()
  return names.map((name) => path.join(folder, name))
}

interface Set {
  readonly learned: readonly Picture[]
  readonly held: readonly Picture[]
}

const divided = (pictures: readonly Picture[], learned: number, held: number): Set => ({
  learned: pictures.slice(0, Math.min(most, learned)),
  held: pictures.slice(learned, learned + Math.min(most, held)),
})

async function smears(): Promise<Set> {
  return divided(wholeFiles(await imagesOf(at('bccd', 'JPEGImages'))), 70, 24)
}

/** Quarters of tiles: twelve tiles are learned from, six held out. */
async function kidney(): Promise<Set> {
  const tiles = await imagesOf(at('glomeruli', 'images'))
  return divided(tiles.flatMap((file) => [0, 1, 2, 3].map((quarter) => ({ file, quarter }))), 48, 24) // prettier-ignore
}

/** Dark images are fluorescence, the others stained. */
async function nuclei(): Promise<{ readonly fluorescence: Set; readonly stained: readonly Picture[] }> {
  const [dark, light]: [string[], string[]] = [[], []]
  for (const file of await imagesOf(at('dsb2018', 'images'))) {
    const { channels } = await sharp(file).removeAlpha().stats()
    ;(channels[0]!.mean < 100 ? dark : light).push(file)
  }
  return { fluorescence: divided(wholeFiles(dark), 33, 17), stained: wholeFiles(light.slice(0, Math.min(most, 16))) }
}

/** Cells of some slides are learned from, those of others held out. */
async function cells(): Promise<Set> {
  const files = (await Promise.all(['Uninfected', 'Parasitized'].map((name) => imagesOf(at('malaria', name))))).flat()
  const slideOf = (file: string): string => /C\d+/.exec(path.basename(file))?.[0] ?? ''
  const slides = [...new Set(files.map(slideOf))].sort()
  const heldSlides = new Set(slides.slice(-Math.ceil(slides.length / 4)))
  const every = (list: readonly string[], count: number): Picture[] => wholeFiles(Array.from({ length: count }, (_, i) => list[Math.floor((i * list.length) / count)]!)) // prettier-ignore
  const [learned, held] = [files.filter((file) => !heldSlides.has(slideOf(file))), files.filter((file) => heldSlides.has(slideOf(file)))]
  return { learned: every(learned, Math.min(most, 150)), held: every(held, Math.min(most, 50)) }
}

const { fluorescence, stained } = await nuclei()
const sets = { smears: await smears(), kidney: await kidney(), fluorescence, cells: await cells() }
const tissue = wholeFiles((await imagesOf(at('he_tiles'))).slice(0, most))
const OTHERS: Readonly<Record<keyof typeof sets, Readonly<Record<string, readonly Picture[]>>>> = {
  smears: { 'tissue in H&E': tissue, 'kidney in PAS': sets.kidney.held },
  kidney: { 'tissue in H&E': tissue, smears: sets.smears.held, 'stained nuclei': stained },
  fluorescence: { 'stained nuclei': stained, smears: sets.smears.held },
  cells: { smears: sets.smears.held },
}

try {
  for (const name of args.only.split(',') as (keyof typeof sets)[]) {
    const { learned, held } = sets[name]
    const distance = featureDistances([must(featureDomainOf(await all(learned, png)), 'eight images to learn from')])
    const share = (facts: readonly FeatureFacts[]): string => `${Math.round((100 * facts.filter((one) => distance(one).isFar).length) / facts.length)} %` // prettier-ignore
    console.log(`${name}: ${learned.length} learned, ${held.length} held out; share called far`)
    for (const [what, change] of Object.entries(CHANGES)) console.log(`  ${what.padEnd(26)} ${share(await all(held, change))}`)
    for (const [what, pictures] of Object.entries(OTHERS[name])) console.log(`  ${what.padEnd(26)} ${share(await all(pictures, png))}`)
  }
} finally {
  await rm(scratch, { recursive: true })
}
