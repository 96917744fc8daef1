import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { say } from '#shared/i18n/say.ts'
import type { Split } from '#shared/records/task.ts'
import type { ImportProblem } from './dataset.ts'
import { splitOfFolder } from './split-folders.ts'
import { stemOf } from './walk.ts'

/** Which part of the images an image belongs to, by its path. */
export type SplitOf = (image: string) => Split | null

// In this order an image keeps the first part that names it: one that is tested on is never learned from.
const LISTS: readonly { name: string; split: Split }[] = [
  { name: 'test', split: 'test' },
  { name: 'val', split: 'val' },
  { name: 'train', split: 'train' },
  // Those of trainval that are in neither train nor val: only trainval was split off from test.
  { name: 'trainval', split: 'train' },
]

/**
 * Splits from `ImageSets/Main/{train,val,trainval,test}.txt` (VOC: one image a line, without ending), or, where there are no such
 * lists, from folders named train, val, valid, validation and test.
 */
export async function readSplits(
  root: string,
  files: readonly string[],
  images: readonly string[],
  problems: ImportProblem[],
): Promise<SplitOf> {
  const lists = LISTS.flatMap(({ name, split }) =>
    files.filter((file) => isList(file, name)).map((file) => ({ file, split, leftOver: name === 'trainval' })),
  )
  if (lists.length === 0) return (image) => splitOfFolder(root, image)
  const known = new Map<string, Split>()
  const named = imagesByName(images)
  for (const list of lists) await readList(root, list, named, known, problems)
  return (image) => known.get(image) ?? null
}

function isList(file: string, name: string): boolean {
  const parts = file.split(path.sep).slice(-3)
  return parts.join('/').toLowerCase() === `imagesets/main/${name}.txt`
}

/** Images by the last part of their path without ending, and by the last two: lists may name `slide1/image2`. */
function imagesByName(images: readonly string[]): Map<string, string[]> {
  const named = new Map<string, string[]>()
  for (const image of images) {
    const stem = stemOf(image)
    for (const name of [stem, `${path.basename(path.dirname(image))}/${stem}`]) {
      const list = named.get(name)
      if (list === undefined) named.set(name, [image])
      else list.push(image)
    }
  }
  return named
}

async function readList(
  root: string,
  list: { file: string; split: Split; leftOver: boolean },
  named: ReadonlyMap<string, string[]>,
  known: Map<string, Split>,
  problems: ImportProblem[],
): Promise<void> {
  const report = (what: string): number => problems.push({ file: path.relative(root, list.file), what })
  const devkit = path.resolve(list.file, '..', '..', '..')
  for (const name of await namesIn(list.file)) {
    const images = (find(named, name) ?? find(named, name.replace(/\s+-?[01]$/, '')) ?? []).filter((image) =>
      image.startsWith(devkit + path.sep),
    )
    // Some programs write comments into lists.
    if (images.length === 0 && !name.startsWith('#')) report(say('{{name}} is listed, but there is no such image', { name }))
    for (const image of images) {
      const before = known.get(image)
      if (before === undefined) known.set(image, list.split)
      else if (before !== list.split && !list.leftOver)
        report(say('{{name}} is also in {{before}}: kept there, not in {{split}}', { name, before, split: list.split }))
    }
  }
}

function find(named: ReadonlyMap<string, string[]>, name: string): string[] | undefined {
  const parts = name.replaceAll('\\', '/').split('/')
  return named.get(parts.slice(-2).join('/')) ?? named.get(parts.at(-1) ?? '')
}

/** The lines of a list. One of a single class puts 1 or -1 behind the name, but a name may end so itself: both are tried. */
async function namesIn(file: string): Promise<string[]> {
  const lines = (await readFile(file, 'utf8')).replace(/^\ufeff/, '').split(/\r\n|\n|\r/)
  return lines.map((line) => line.trim()).filter((line) => line !== '')
}
