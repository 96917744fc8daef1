import path from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { ProjectHost } from '../../../src/main/workbench/host.ts'
import { temporaryFolder } from '../images/fixtures.ts'
import { savePicture } from '../interchange/context.ts'

const RECENT = { list: () => [], opened: () => undefined, seen: () => undefined, person: () => 'tester', outlineModel: () => null }

it('brings a backup back over the project that is open, and leaves it open where that fails', async () => {
  const host = new ProjectHost(RECENT)
  onTestFinished(() => host.close())
  const handlers = host.projectHandlers()
  const pictures = temporaryFolder()
  await savePicture(path.join(pictures, 'a.png'), 12, 10)
  const { folder } = await handlers.create({ folder: path.join(temporaryFolder(), 'p'), task: 'detection', classes: ['RBC'] })
  await host.bench.project.db.backup()
  await host.bench.import({ paths: [pictures] })
  const refused = handlers.restoreBackup({ folder, backup: 'no such file', force: false })
  await expect(refused).rejects.toMatchObject({ code: 'no-such-backup' })
  expect((await handlers.current({}))?.images).toHaveLength(1)

  const [backup] = await handlers.backups({ folder })
  expect(backup).toMatchObject({ reason: 'daily', holds: { images: 0 } })
  const { kept } = await handlers.restoreBackup({ folder, backup: backup!.name, force: false })
  expect(await handlers.current({})).toBeNull()
  expect((await handlers.open({ folder })).images).toEqual([])
  const all = await handlers.backups({ folder })
  expect(all.find(({ name }) => name === kept)).toMatchObject({ reason: 'replaced', holds: { images: 1 } })
})
