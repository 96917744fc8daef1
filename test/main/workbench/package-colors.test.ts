import { existsSync } from 'node:fs'
import { mkdir, open, readFile } from 'node:fs/promises'
import { buffer } from 'node:stream/consumers'
import path from 'node:path'
import { fromBufferPromise } from 'yauzl'
import { expect, it, onTestFinished, vi } from 'vitest'
import { AppError } from '#shared/errors.ts'
import { domainNote } from '../../../src/main/workbench/domain-check.ts'
import { Workbench } from '../../../src/main/workbench/index.ts'
import { keepLearnedImages } from '../../../src/main/workbench/learned-images.ts'
import { writeZip } from '../../../src/main/interchange/zip-out.ts'
import { temporaryFolder } from '../project/fixtures.ts'
import { writeLearned, writeOthers } from './stained-images.ts'
import { giveModel, MODEL } from './untrained.ts'

const NOTE = /^2 of 3 images that are new to A differ in colour from those that it learned from: blue_1\.png, blue_0\.png\./

async function project(folder: string, name: string, images: string | null): Promise<Workbench> {
  const bench = await Workbench.create({ folder: path.join(folder, name), task: 'detection', classes: ['RBC', 'WBC'] }, 'Ada')
  onTestFinished(() => bench.close())
  if (images !== null) await bench.import({ paths: [images] })
  return bench
}

/** The package as a version wrote it that knew nothing of colours. */
async function withoutColors(file: string, target: string): Promise<void> {
  const zip = await fromBufferPromise(await readFile(file))
  const entries: { name: string; contents: Buffer }[] = []
  for await (const entry of zip.eachEntry()) {
    const contents = await buffer(await zip.openReadStreamPromise(entry))
    entries.push({ name: entry.fileName, contents })
  }
  const manifest = entries.find(({ name }) => name === 'slidewright.json')!
  const { colors, ...rest } = JSON.parse(String(manifest.contents)) as { colors: unknown[] }
  expect(colors).toHaveLength(1)
  manifest.contents = Buffer.from(JSON.stringify(rest))
  const handle = await open(target, 'w')
  const pieces = async function* (contents: Buffer) {
    yield contents
  }
  await writeZip(
    handle,
    entries.map(({ name, contents }) => ({ name, contents: pieces(contents) })),
    new Date(),
  )
  await handle.close()
}

it('a model that was imported tells of images whose colours differ from those that it learned from elsewhere', async () => {
  const folder = temporaryFolder()
  const [learned, others] = [path.join(folder, 'learned'), path.join(folder, 'others')]
  await mkdir(learned)
  await mkdir(others)
  await writeLearned(learned)
  await writeOthers(others)
  const from = await project(folder, 'from.slidewright', learned)
  await giveModel(from)
  keepLearnedImages(from.project, MODEL, { train: from.images().map(({ id }) => id), val: [] })
  const file = path.join(folder, 'model.zip')
  const packing = { what: 'model', format: 'package', modelId: MODEL } as const
  await from.export({ file, ...packing })
  await from.export({ file: path.join(folder, 'again.zip'), ...packing })
  expect((await readFile(path.join(folder, 'again.zip'))).equals(await readFile(file))).toBe(true)

  // To look at what it learned from is a job: it tells how far it is, and where it is cancelled nothing is written.
  const shares: number[] = []
  const comparing = vi.spyOn(from.jobs, 'comparing')
  const looked = (signal: AbortSignal): void => void comparing.mockImplementationOnce((work) => work({ onShare: (share) => shares.push(share), signal })) // prettier-ignore
  looked(new AbortController().signal)
  await from.export({ file: path.join(folder, 'third.zip'), ...packing })
  expect(shares.at(-1)).toBe(1)
  expect(shares).toEqual(shares.toSorted((a, b) => a - b))
  looked(AbortSignal.abort(new AppError('cancelled', 'It was cancelled.')))
  await expect(from.export({ file: path.join(folder, 'none.zip'), ...packing })).rejects.toMatchObject({ code: 'cancelled' })
  expect(existsSync(path.join(folder, 'none.zip'))).toBe(false)

  const to = await project(folder, 'to.slidewright', others)
  const { model } = await to.library.import({ file })
  expect(await domainNote(to, { modelId: model.id })).toMatch(NOTE)
  expect(await domainNote(to, { modelId: model.id, glob: 'same*' })).toBe('')

  // It travels on: nothing that it learned from lies in the project that it leaves.
  const on = path.join(folder, 'on.zip')
  await to.export({ file: on, ...packing, modelId: model.id })
  const third = await project(folder, 'third.slidewright', others)
  expect(await domainNote(third, { modelId: (await third.library.import({ file: on })).model.id })).toMatch(NOTE)

  const older = path.join(folder, 'older.zip')
  await withoutColors(file, older)
  const fourth = await project(folder, 'fourth.slidewright', others)
  expect(await domainNote(fourth, { modelId: (await fourth.library.import({ file: older })).model.id })).toBe('')
}, 300_000)
