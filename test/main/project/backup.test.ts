import { copyFileSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { imageId } from '#shared/records/ids.ts'
import { type Backup, backupDue, listBackups, toKeep } from '../../../src/main/project/backup.ts'
import { openProject } from '../../../src/main/project/open.ts'
import { box, edit, image, newProject, rowsOf, temporaryFolder } from './fixtures.ts'

const DAY = 24 * 3600 * 1000
const daily = (at: number): Backup => ({ file: `${at}`, at: new Date(at), reason: 'daily' })

describe('backups', () => {
  it('makes one at opening when the last is older than a day, whole with its log', async () => {
    const project = await newProject()
    await project.close()
    const backups = project.paths.backups
    expect(await listBackups(backups)).toHaveLength(1)
    const working = await openProject(project.folder)
    working.commit(edit({ images: [image('a')] }))
    working.commit(edit({ annotations: [box('1', { imageId: imageId.parse('a'), classId: working.classes()[0]!.id })] }))
    await working.close()
    expect(await listBackups(backups)).toHaveLength(1)
    const [only] = await listBackups(backups)
    const old = path.join(backups, path.basename(only!.file).replace(/^project-\d{8}/, 'project-20260101'))
    renameSync(only!.file, old)
    expect(await backupDue(backups, new Date())).toBe(true)
    expect(await backupDue(backups, new Date('2026-01-01T12:00:00Z'))).toBe(false)
    const next = await openProject(project.folder)
    const rows = rowsOf(next)
    await next.close()
    const all = await listBackups(backups)
    expect(all.map(({ at }) => at.getUTCFullYear() === 2026 && at.getUTCMonth() === 0 && at.getUTCDate() === 1)).toEqual([false, true])
    // A backup put in the database's place is the project as it was.
    copyFileSync(all[0]!.file, next.paths.database)
    const restored = await openProject(project.folder)
    expect(rowsOf(restored)).toEqual(rows)
    await restored.close()
  })

  it('makes one while the project is being changed', async () => {
    const project = await newProject()
    project.commit(edit({ images: [image('a')] }))
    const owners = { imageId: imageId.parse('a'), classId: project.classes()[0]!.id }
    const made = project.backup()
    for (let i = 0; i < 50; i++) {
      project.commit(edit({ annotations: [box(`b${i}`, owners)] }))
      await new Promise(setImmediate)
    }
    const { file } = await made
    expect(project.annotations()).toHaveLength(50)
    expect(readFileSync(file).subarray(0, 15).toString()).toBe('SQLite format 3')
    expect(readdirSync(project.paths.backups).filter((name) => !name.endsWith('.db'))).toEqual([])
  })

  it('never lets a damaged database push out the sound backups', async () => {
    const project = await newProject()
    project.commit(edit({ images: [image('a')] }))
    await project.close()
    const sound = (await listBackups(project.paths.backups)).map(({ file }) => file)
    const damaged = readFileSync(project.paths.database)
    // Pages of the middle: the schema on the first page still reads.
    damaged.fill(0x55, 5 * 4096, 20 * 4096)
    writeFileSync(project.paths.database, damaged)
    const open = await openProject(project.folder).catch(() => null)
    await expect(open ? open.backup() : Promise.reject(new Error('not opened'))).rejects.toThrow()
    await open?.close()
    expect((await listBackups(project.paths.backups)).map(({ file }) => file)).toEqual(sound)
    expect(readdirSync(project.paths.backups).filter((name) => name.includes('part'))).toEqual([])
  })

  it('keeps the newest five, then one of each of three months, then lets go', () => {
    const start = Date.UTC(2026, 0, 1)
    const every = Array.from({ length: 200 }, (_, day) => daily(start + day * DAY)).reverse()
    const kept = toKeep(every).map(({ at }) => at.toISOString().slice(0, 10))
    expect(kept).toEqual(['2026-07-19', '2026-07-18', '2026-07-17', '2026-07-16', '2026-07-15', '2026-07-14', '2026-06-30', '2026-05-31'])
  })

  it('always keeps the newest, keeps no more when asked again, and never more than a handful', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(5000), { minLength: 1, maxLength: 60 }), (hours) => {
        const all = [...new Set(hours)].sort((a, b) => b - a).map((hour) => daily(Date.UTC(2026, 0, 1) + hour * 3600 * 1000))
        const kept = toKeep(all)
        expect(kept[0]).toBe(all[0])
        expect(kept.length).toBeLessThanOrEqual(8)
        expect(toKeep(kept)).toEqual(kept)
      }),
    )
  })

  it('does not mind other files in its folder', async () => {
    const folder = temporaryFolder()
    writeFileSync(path.join(folder, 'notes.txt'), '')
    writeFileSync(path.join(folder, 'project-20261399-999999999-daily.db.part'), '')
    expect(await listBackups(folder)).toEqual([])
    expect(await listBackups(path.join(folder, 'nowhere'))).toEqual([])
  })
})
