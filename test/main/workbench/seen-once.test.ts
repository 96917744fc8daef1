import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { WorkbenchEmitter } from '../../../src/main/workbench/events.ts'
import { OpenProject } from '../../../src/main/workbench/open-project.ts'
import { knownSoFar, type SeenKind, seenOnce } from '../../../src/main/workbench/seen-once.ts'
import { newProject, temporaryFolder } from '../project/fixtures.ts'
import { anImage } from './records.ts'

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
      return text === 'bad' ? Promise.reject(new Error('unreadable')) : Promise.resolve(text)
    },
    pack: (text) => text,
    unpack: (kept) => (typeof kept === 'string' ? kept : null),
  }
  const ask = async () => [...(await seenOnce(project, kind, { images, watch: null })).values()].sort()
  expect(await ask()).toEqual(['good'])
  expect(await ask()).toEqual(['good'])
  expect(looked.sort()).toEqual(['bad', 'good'])
  writeFileSync(images[1]!.absolutePath, 'repaired')
  expect(await ask()).toEqual(['good', 'repaired'])
  expect([...(await knownSoFar(project, kind)).values()].sort()).toEqual(['good', 'repaired'])
  expect(looked).toHaveLength(3)
})
