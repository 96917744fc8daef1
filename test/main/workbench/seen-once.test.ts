import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { AppError } from '#shared/errors.ts'
import { WorkbenchEmitter } from '../../../src/main/workbench/events.ts'
import { OpenProject } from '../../../src/main/workbench/open-project.ts'
import { knownSoFar, type SeenKind, seenOnce } from '../../../src/main/workbench/seen-once.ts'
import { newProject, temporaryFolder } from '../project/fixtures.ts'
import { anImage } from './records.ts'

/** Looks at images by their names, in a project of its own, and tells which it was asked for. `fault`: what a look at one throws, given how often it was looked at. */
async function looker(names: readonly string[], fault: (name: string, times: number) => AppError | null) {
  const folder = temporaryFolder()
  const db = await newProject()
  onTestFinished(() => db.close())
  const project = new OpenProject(db, new WorkbenchEmitter(), 'Ada')
  const images = names.map((name, at) => anImage(name, { absolutePath: path.join(folder, name), sha256: String(at).repeat(64) }))
  for (const { absolutePath } of images) writeFileSync(absolutePath, '')
  const looked: string[] = []
  const kind: SeenKind<string> = {
    ...{ file: 'names.json', atOnce: 2 },
    look: async ({ absolutePath }) => {
      const name = path.basename(absolutePath)
      looked.push(name)
      await Promise.resolve()
      const thrown = fault(name, looked.filter((one) => one === name).length)
      if (thrown !== null) throw thrown
      return name
    },
    pack: (name) => name,
    unpack: (kept) => (typeof kept === 'string' ? kept : null),
  }
  return { looked, ask: async () => [...(await seenOnce(project, kind, { images, watch: null })).values()].sort() }
}

const crash = (): AppError => new AppError('engine-crashed', 'The engine ended.')

it('an image is not held to be unreadable since the engine broke down over another', async () => {
  const { looked, ask } = await looker(['a', 'b', 'deadly'], (name, times) => (name === 'deadly' || (name === 'b' && times === 1) ? crash() : null)) // prettier-ignore
  expect(await ask()).toEqual(['a', 'b'])
  const before = looked.length
  expect(await ask()).toEqual(['a', 'b'])
  // The one over which it broke down by itself is left alone.
  expect(looked).toHaveLength(before)
})

it('what has nothing to do with the files is tried again', async () => {
  let broken = true
  const { ask } = await looker(['a', 'b', 'c', 'd'], (name) => (!broken ? null : name === 'a' ? new AppError('internal', 'no memory') : crash())) // prettier-ignore
  expect(await ask()).toEqual([])
  broken = false
  expect(await ask()).toEqual(['a', 'b', 'c', 'd'])
})

it('images are looked at once; one that cannot be read is not tried again until its file changes', async () => {
  const folder = temporaryFolder()
  const db = await newProject()
  onTestFinished(() => db.close())
  const project = new OpenProject(db, new WorkbenchEmitter(), 'Ada')
  const images = ['good', 'bad'].map((name, at) => anImage(name, { absolutePath: path.join(folder, name), sha256: String(at).repeat(64) }))
  for (const { absolutePath } of images) writeFileSync(absolutePath, path.basename(absolutePath))
  const looked: string[] = []
  const kind: SeenKind<string> = {
    ...{ file: 'words.json', atOnce: 1 },
    look: ({ absolutePath }) => {
      const text = readFileSync(absolutePath, 'utf8')
      looked.push(text)
      return text === 'bad' ? Promise.reject(new AppError('image-broken', 'bad is damaged.')) : Promise.resolve(text)
    },
    pack: (text) => text,
    unpack: (kept) => (typeof kept === 'string' ? kept : null),
  }
  const ask = async () => [...(await seenOnce(project, kind, { images: [...images, ...images], watch: null })).values()].sort()
  expect(await ask()).toEqual(['good'])
  expect(await ask()).toEqual(['good'])
  expect(looked.sort()).toEqual(['bad', 'good'])
  writeFileSync(images[1]!.absolutePath, 'repaired')
  expect(await ask()).toEqual(['good', 'repaired'])
  expect([...(await knownSoFar(project, kind)).values()].sort()).toEqual(['good', 'repaired'])
  expect(looked).toHaveLength(3)
})
